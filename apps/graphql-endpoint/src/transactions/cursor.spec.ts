import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ibanOf } from '@bank/topology';
import {
  beforeAll, beforeEverything, cursorOf, frontierCursorOf, isBeyond, movedTo, parseCursor, parseFrontierCursor, parseTransactionId,
  transactionIdOf, type Frontier, type Place,
} from './cursor.ts';

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** Texts of any kind, and such as only somebody who knows how cursors are made would try. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.base64String(),
  fc.stringMatching(/^[\d. -]*$/).map(encoded),
  fc.array(fc.constantFrom('', '0.0', '00.1', '7.7', '1.', '.1', '-1.1', `${10n ** 18n}.1`, '1.1.1', '١.١'), { maxLength: 12 })
    .map(texts => encoded(texts.join(' '))),
);

const ordinals = fc.bigInt({ min: 0n, max: 10n ** 18n - 1n });
const places = fc.record({ partition: fc.nat(beforeEverything.length - 1), offset: ordinals, ordinal: ordinals });
const frontiers: fc.Arbitrary<Frontier> = fc.array(places)
  .map(moves => moves.reduce((frontier: Frontier, place) => movedTo(place, frontier), beforeEverything));

describe('a cursor', () => {
  it('names the place it was made of', () => {
    fc.assert(fc.property(ordinals, ordinal => {
      expect(parseCursor(cursorOf(ordinal))).toBe(ordinal);
    }));
    for (const ordinal of [1n, 2n ** 53n + 1n, 10n ** 18n - 1n]) expect(parseCursor(cursorOf(ordinal))).toBe(ordinal);
  });

  it('is text that a URL and JSON take as it is', () => {
    expect(cursorOf(1234567890n)).toMatch(/^[\w-]+$/);
  });

  it('may be empty: the place before all', () => {
    expect(parseCursor('')).toBe(beforeAll);
  });

  it('is either none, or just as it would be given for the place it names, whatever the text', () => {
    fc.assert(fc.property(hostile, cursor => {
      const place = parseCursor(cursor);
      if (place !== undefined && cursor !== '') expect(cursorOf(place)).toBe(cursor);
    }), { numRuns: 10_000 });
  });

  it.each(['12', 'NQ==', '%%%', encoded('-1'), encoded('01'), encoded('1 or 1=1'), encoded(String(10n ** 18n)), 'x'.repeat(1_000)])(
    'is none when it was not given by us: %s',
    cursor => {
      expect(parseCursor(cursor)).toBeUndefined();
    },
  );
});

describe('a cursor over all accounts', () => {
  it('names the frontier it was made of', () => {
    fc.assert(fc.property(frontiers, frontier => {
      expect(parseFrontierCursor(frontierCursorOf(frontier))).toEqual(frontier);
    }));
  });

  it('may be empty: the frontier before everything', () => {
    expect(parseFrontierCursor('')).toEqual(beforeEverything);
  });

  it('is either none, or just as it would be given for the frontier it names, whatever the text', () => {
    fc.assert(fc.property(hostile, cursor => {
      const frontier = parseFrontierCursor(cursor);
      if (frontier !== undefined && cursor !== '') expect(frontierCursorOf(frontier)).toBe(cursor);
    }), { numRuns: 10_000 });
  });

  it('is none of one account, nor one of one account is one of it', () => {
    fc.assert(fc.property(ordinals, frontiers, (ordinal, frontier) => {
      expect(parseFrontierCursor(cursorOf(ordinal))).toBeUndefined();
      expect(parseCursor(frontierCursorOf(frontier))).toBeUndefined();
    }));
  });
});

describe('an id of a transaction', () => {
  const iban = ibanOf('0000000001');

  it('names the place it was made of', () => {
    fc.assert(fc.property(ordinals, ordinal => {
      expect(parseTransactionId(transactionIdOf({ iban, ordinal }))).toEqual({ iban, ordinal });
    }));
  });

  it('is either none, or just as it would be given for the transaction it names, whatever the text', () => {
    const ids = fc.oneof(hostile, fc.stringMatching(/^[\d/.-]*$/).map(text => encoded(`${iban}/${text}`)));
    fc.assert(fc.property(ids, id => {
      const place = parseTransactionId(id);
      if (place !== undefined) expect(transactionIdOf(place)).toBe(id);
    }), { numRuns: 10_000 });
  });

  it.each(['', encoded(iban), encoded(`${iban}/01`), encoded(`${iban}/1/2`), encoded('NL00OPEN0000000001/1'), `${encoded(`${iban}/1`)}==`])(
    'is none when it was not given by us: %s',
    id => {
      expect(parseTransactionId(id)).toBeUndefined();
    },
  );
});

describe('a frontier', () => {
  const first: Place = { partition: 4, offset: 7n, ordinal: 2n };

  it('that was moved on to a place has it behind it, and what is further on in that partition beyond it', () => {
    const frontier = movedTo(first, beforeEverything);
    expect(isBeyond(first, beforeEverything)).toBe(true);
    expect(isBeyond(first, frontier)).toBe(false);
    expect(isBeyond({ ...first, ordinal: 3n }, frontier)).toBe(true);
    expect(isBeyond({ ...first, offset: 8n, ordinal: 1n }, frontier)).toBe(true);
    expect(isBeyond({ ...first, offset: 6n, ordinal: 9n }, frontier)).toBe(false);
  });

  it('that was moved on in one partition is where it was in the others', () => {
    expect(isBeyond({ partition: 5, offset: 0n, ordinal: 1n }, movedTo(first, beforeEverything))).toBe(true);
  });

  it('has nothing beyond it in a partition that there is not', () => {
    expect(isBeyond({ ...first, partition: beforeEverything.length }, beforeEverything)).toBe(false);
  });
});
