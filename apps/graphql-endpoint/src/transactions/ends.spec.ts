import { describe, expect, it } from 'vitest';
import { cents, ibanOf } from '@bank/topology';
import type { Change } from './batch.ts';
import { reckonEnd, unmovedEnd, type Account } from './ends.ts';

const iban = ibanOf('0000000001');
const account = (more: Partial<Account> = {}): Account => ({ iban, ordinal: 2n, newest: 2n, isNumbered: true, stoppedOffset: null, ...more });
const change = (ordinal: bigint, offset: bigint): Change => ({
  iban, ordinal, version: ordinal, changedBy: cents(1n), newBalance: cents(ordinal), fromTo: 'cash', description: '', transferId: null,
  changedAt: new Date(0), partition: 0, offset, publishedAt: new Date(0),
});

describe('an account that cannot move', () => {
  it('is one that is stopped, whatever comes', () => {
    expect(unmovedEnd(account({ newest: 900n, stoppedOffset: 7n }), [change(3n, 8n), change(901n, 9n)])).toMatchObject({ ordinal: 2n, newest: 901n, last: undefined });
  });

  it('is one whose next version is still missing, however many are stored', () => {
    expect(unmovedEnd(account({ newest: 900n }), [change(901n, 9n), change(902n, 10n)])).toMatchObject({ ordinal: 2n, newest: 902n, last: undefined });
    expect(unmovedEnd(account({ newest: 900n }), [change(3n, 9n)])).toBeUndefined();
  });

  it('is none whose events bear no version', () => {
    expect(unmovedEnd(account({ isNumbered: false }), [change(9n, 8n)])).toBeUndefined();
  });
});

describe('the end of an account', () => {
  it('moves over all that follow, each seen with the latest event before which nothing is missing', () => {
    const [third, fourth, fifth] = [change(3n, 12n), change(4n, 10n), change(5n, 13n)];
    const end = reckonEnd(account(), [fourth, third, fifth]);
    expect(end).toMatchObject({ ordinal: 5n, newest: 5n, last: fifth });
    expect(end?.delayed).toEqual(new Map([[fourth, 12n]]));
  });

  it('stays before what is missing', () => {
    expect(reckonEnd(account(), [change(3n, 10n), change(5n, 11n)])).toMatchObject({ ordinal: 3n, newest: 5n });
  });

  it('is for the database to find when something waits, or may be there already', () => {
    expect(reckonEnd(account({ newest: 4n }), [change(3n, 10n)])).toBeUndefined();
    expect(reckonEnd(account(), [change(2n, 10n), change(3n, 11n)])).toBeUndefined();
    expect(reckonEnd(account(), [change(3n, 10n), change(3n, 11n)])).toBeUndefined();
  });
});
