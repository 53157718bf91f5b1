import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../transactions/transaction.ts';
import { placeAt, stepsOf } from './steps.ts';

const size = { width: 300, height: 100 };
/** Transactions newest first, from balances in the order they were, each with its second. */
const after = (...balances: readonly (readonly [second: number, balance: bigint])[]): Transaction[] =>
  balances.map(([second, balance]): Transaction => ({
    id: String(second), cursor: '', changedBy: cents(1n), newBalance: cents(balance), fromTo: 'cash', description: '',
    changedAt: new Date(second * 1_000), transferId: null,
  })).reverse();
const startsOf = (transactions: readonly Transaction[]): number[] | undefined => stepsOf(transactions, size)?.steps.map(({ start }) => start);

describe('the balance over time', () => {
  it('goes in steps from the oldest to the newest, the highest at the top', () => {
    expect(stepsOf(after([0, 0n], [0, 100n], [0, 50n]), size)).toMatchObject({
      line: 'M0 100H100V0H200V50H300', area: 'M0 100H100V0H200V50H300V100H0Z', lowest: 0n, highest: 100n,
    });
  });

  it('gives each step a width by the time it lasted', () => {
    // Of 300 pixels each of the three has 12 in any case, and what is left is shared out.
    expect(startsOf(after([0, 0n], [75, 1n], [100, 2n]))).toEqual([0, 12 + 198, 24 + 264]);
  });

  it('shows a step of no time, and each of very many', () => {
    expect(startsOf(after([0, 0n], [0, 1n], [3_600, 2n]))).toEqual([0, 12, 24 + 264]);
    const many = after(...Array.from({ length: 300 }, (_, at): [number, bigint] => [at < 299 ? 0 : 3_600, BigInt(at)]));
    expect(new Set(startsOf(many)).size).toBe(300);
  });

  it('is a flat line in the middle when nothing changed', () => {
    expect(stepsOf(after([0, 5n], [0, 5n]), size)?.line).toBe('M0 50H150V50H300');
  });

  it('tells apart balances that a number could not', () => {
    expect(stepsOf(after([0, 9007199254740992n], [0, 9007199254740993n]), size)?.line).toBe('M0 100H150V0H300');
  });

  it('needs two transactions', () => {
    expect(stepsOf(after([0, 1n]), size)).toBeUndefined();
  });

  it('is read at any x, also at the very edge', () => {
    const { steps } = stepsOf(after([0, 0n], [0, 1n], [0, 2n]), size) ?? { steps: [] };
    expect([-1, 0, 99, 100, 250, 300].map(x => placeAt(steps, x))).toEqual([0, 0, 0, 1, 2, 2]);
  });
});
