import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BalanceChanged, subjects, type RecordSchema, type RecordTopic, type Schema } from '@bank/topology';
import { decodedBy, readingOf, type Reading } from './reading.ts';
import { typeOf } from './types.ts';
import { framed } from './testing/framed.ts';
import { unframed } from './wire-format.ts';

/** Values of a schema. */
const valuesOf = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema instanceof Array) return fc.oneof(...schema.map(valuesOf));
  if (schema === 'string') return fc.string({ unit: 'grapheme', maxLength: 20 });
  if (schema === 'long') return fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n);
  if (schema === 'null') return fc.constant(null);
  switch (schema.type) {
    case 'fixed': return fc.uint8Array({ minLength: schema.size, maxLength: schema.size }).map(bytes => Buffer.from(bytes));
    case 'enum': return fc.constantFrom(...schema.symbols);
    case 'long': return fc.date({ noInvalidDate: true });
    case 'record': return fc.record(Object.fromEntries(schema.fields.map(({ name, type }) => [name, valuesOf(type)])));
  }
};

/** Bytes that were right, with some replaced, lost, or added at a place. */
const mutated = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(bytes, fc.nat(), fc.nat(3), fc.uint8Array({ maxLength: 3 })).map(([right, place, lost, put]) => {
    const at = place % (right.length + 1);
    return Buffer.concat([right.subarray(0, at), put, right.subarray(at + lost)]);
  });

const random = fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes));

const readingOn = (topic: RecordTopic, version: RecordSchema): Reading => {
  const reading = readingOf(topic, typeOf(version), 1);
  if ('reason' in reading) throw new Error(reading.reason);
  return reading;
};

const writers = subjects().flatMap(({ topic, versions }) => versions.map(version => ({ topic: topic as RecordTopic, version, type: typeOf(version) })));

it.each(writers)('any bytes on $topic by $version.name of $version.fields.length fields are a record that is encoded to the same, or unreadable', ({ topic, version, type }) => {
  const reading = readingOn(topic, version);
  const written = valuesOf(version).map(value => type.toBuffer(value));
  fc.assert(fc.property(fc.oneof(mutated(written), random, written), bytes => {
    const decoded = decodedBy(reading, bytes);
    if ('unreadable' in decoded) {
      expect(decoded.unreadable).toMatch(/^the value is no /);
      return;
    }
    const { value } = decoded.record;
    expect(reading.reader.isValid(value)).toBe(true);
    expect(reading.reader.fromBuffer(reading.reader.toBuffer(value))).toEqual(value);
  }), { numRuns: 10_000 });
});

it('a time that no Date can tell is unreadable', () => {
  const right = typeOf(BalanceChanged).toBuffer({
    iban: '', new_balance: 0n, changed_by: 0n, from_to: '', description: '', transfer_id: null, version: 0n, changed_at: new Date(0),
  });
  // The last field is a varint: this one is 2^62.
  const bytes = Buffer.concat([right.subarray(0, -1), Buffer.from('80808080808080808001', 'hex')]);
  expect(decodedBy(readingOn('balance_changed', BalanceChanged), bytes)).toEqual({ unreadable: 'the value is no BalanceChanged: 4611686018427387904 ms is no time' });
});

it('a frame is taken apart into what it was made of', () => {
  fc.assert(fc.property(fc.nat(0xffffffff), random, (schemaId, payload) => {
    expect(unframed(framed(schemaId, payload))).toEqual({ schemaId, payload });
  }), { numRuns: 10_000 });
});

it('bytes that are no frame are refused', () => {
  fc.assert(fc.property(fc.oneof(random, fc.constant(null), mutated(random.map(payload => framed(1, payload)))), value => {
    const frame = unframed(value);
    if ('reason' in frame) expect(value === null || value.length < 5 || value[0] !== 0).toBe(true);
    else expect(framed(frame.schemaId, frame.payload)).toEqual(value);
  }), { numRuns: 10_000 });
});
