import fc from 'fast-check';
import { GraphQLError, Kind } from 'graphql';
import { expect, it } from 'vitest';
import { cents, ibanOf, maxCents, minCents } from '@bank/topology';
import { scalars } from './scalars.ts';

type Name = keyof typeof scalars;

/** What a scalar makes of a value; undefined when it refuses it, by the error that clients are to see. */
const parsed = (name: Name, value: unknown): unknown => {
  try {
    return scalars[name].parseValue(value);
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions['code'] === 'BAD_USER_INPUT') return undefined;
    throw error;
  }
};

const changed = (right: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(right, fc.nat(30), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 })).map(([text, at, lost, put]) => `${text.slice(0, at)}${put}${text.slice(at + lost)}`);

const numbers = fc.bigInt(minCents, maxCents);
const ibans = fc.nat(999_999_999).map(account => ibanOf(String(account).padStart(10, '0')));
const moments = fc.date({ min: new Date(0), max: new Date(Date.UTC(10_000) - 1), noInvalidDate: true });
const texts = {
  Cents: numbers.map(String),
  Iban: ibans,
  DateTime: fc.oneof(moments.map(moment => moment.toISOString()), fc.stringMatching(/^20\d\d-[01]\d-[0-3]\d(T[012]\d:[0-5]\d(:[0-6]\d(\.\d{1,4})?)?(Z|[+-][01]\d:?[0-5]\d)?)?$/), fc.constantFrom('1', '2025', 'March 7', '0')),
} as const satisfies Record<Name, fc.Arbitrary<string>>;

const names = Object.keys(scalars) as Name[];

it.each(names)('any text is refused as %s, or read as what is written again as a text that is read as the same', name => {
  fc.assert(fc.property(fc.oneof(texts[name], changed(texts[name]), fc.string({ unit: 'binary', maxLength: 25 })), text => {
    const internal = parsed(name, text);
    if (internal === undefined) return;
    const written = scalars[name].serialize(internal);
    const again = parsed(name, written);
    expect([again, scalars[name].serialize(again), scalars[name].parseLiteral({ kind: Kind.STRING, value: text })]).toEqual([internal, written, internal]);
  }), { numRuns: 10_000 });
});

it.each(names)('what is no text is refused as %s, in a query too', name => {
  for (const value of [0, 1n, null, undefined, true, {}, ['1'], new Date(0), Symbol('1')]) expect(parsed(name, value)).toBeUndefined();
  expect(() => scalars[name].parseLiteral({ kind: Kind.INT, value: '1' })).toThrow(GraphQLError);
});

it('what the bank holds is written so that it is read as the same', () => {
  fc.assert(fc.property(numbers, moments, ibans, (amount, moment, iban) => {
    const read = [parsed('Cents', scalars.Cents.serialize(cents(amount))), parsed('DateTime', scalars.DateTime.serialize(moment)), parsed('Iban', scalars.Iban.serialize(iban))];
    expect(read).toEqual([amount, moment, iban]);
  }), { numRuns: 10_000 });
});

it('a moment has a date that there is, a time and a zone', () => {
  fc.assert(fc.property(texts.DateTime, text => {
    const moment = parsed('DateTime', text);
    if (!(moment instanceof Date)) return;
    const [, date = '', zone = ''] = /^(\d{4}-\d\d-\d\d)T.*?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? [];
    const minutes = zone === 'Z' ? 0 : Number(`${zone.charAt(0)}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
    expect(new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, 10)).toBe(date);
  }), { numRuns: 10_000 });
});

it.each(['1', '2025', 'March 7', '2025-02-30T00:00:00Z', '2025-01-31', '2025-01-31T12:00:00'])('%s is no moment', text => {
  expect(parsed('DateTime', text)).toBeUndefined();
});
