import { beforeEach, describe, expect, it } from 'vitest';
import { cents, ibanOf } from '@bank/topology';
import type { Transaction } from '../transactions/transactions.ts';
import { Follower } from './follower.ts';

const transaction = (ordinal: bigint): Transaction => ({
  iban: ibanOf('0000000001'), ordinal, changedBy: cents(1n), newBalance: cents(ordinal), fromTo: 'cash', description: '', changedAt: new Date(0),
  transferId: null, place: { partition: 0, offset: ordinal, ordinal },
});
const never = new AbortController().signal;

describe('a follower', () => {
  let follower: Follower;
  const give = (from: number, to: number): void => {
    for (let ordinal = from; ordinal <= to; ordinal += 1) follower.give(transaction(BigInt(ordinal)));
  };
  const take = async (): Promise<readonly bigint[] | undefined> => (await follower.take(never))?.map(({ ordinal }) => ordinal);

  beforeEach(() => {
    follower = new Follower(() => undefined);
  });

  it('takes all that waits, in its order, and waits for more', async () => {
    give(1, 3);
    expect(await take()).toEqual([1n, 2n, 3n]);
    const next = take();
    give(4, 4);
    expect(await next).toEqual([4n]);
  });

  it('is told when more came than may wait, and goes on with what comes after it looked', async () => {
    give(1, 1_001);
    give(1_002, 1_500);
    expect(await take()).toBeUndefined();
    give(1_501, 1_501);
    expect(await take()).toEqual([1_501n]);
  });
});
