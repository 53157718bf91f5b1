import { describe, expect, it } from 'vitest';
import { faultsOf, isFaultless } from './faults.ts';
import type { Followed } from './subscriber.ts';

const followed = (of: Partial<Followed> = {}): Followed => ({ iban: 'a', delivered: 3, duplicates: 0, breaks: 0, balance: 5n, ...of });
const accounts = new Map([['a', { balance: 5n, version: 3n }], ['b', { balance: -1n, version: 1n }]]);

describe('what subscribers were given', () => {
  it('is without fault when it is all that the bank has, once, each following from the one before', () => {
    const faults = faultsOf([followed(), followed({ iban: 'b', delivered: 1, balance: -1n })], accounts);
    expect(faults).toEqual({ lost: 0, duplicates: 0, wrong: 0 });
    expect(isFaultless(faults)).toBe(true);
  });

  it('is at fault for each change that is missing, came again, or does not follow', () => {
    expect(faultsOf([followed({ delivered: 1, balance: 2n })], accounts)).toEqual({ lost: 2, duplicates: 0, wrong: 1 });
    expect(faultsOf([followed({ duplicates: 2, breaks: 1 })], accounts)).toEqual({ lost: 0, duplicates: 2, wrong: 1 });
    expect(isFaultless(faultsOf([followed({ duplicates: 1 })], accounts))).toBe(false);
  });

  it('is at fault for what the bank has never had', () => {
    expect(faultsOf([followed({ iban: 'c' })], accounts)).toEqual({ lost: 0, duplicates: 0, wrong: 1 });
  });
});
