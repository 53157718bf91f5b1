import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../transactions/transaction.ts';
import { stepsOf } from './steps.ts';

const size = { width: 300, height: 100 };
/** Transactions newest first, from balances in the order they were. */
const after = (...balances: readonly bigint[]): Transaction[] =>
  balances.map((balance, at): Transaction => ({
    id: String(at), cursor: '', changedBy: cents(1n), newBalance: cents(balance), fromTo: 'cash', description: '',
    changedAt: new Date(at), transferId: null,
  })).reverse();

describe('the balance over time', () => {
  it('goes in steps from the oldest to the newest, the highest at the top', () => {
    expect(stepsOf(after(0n, 100n, 50n), size)).toEqual({
      line: 'M0 100H100V0H200V50H300', area: 'M0 100H100V0H200V50H300V100H0Z', lowest: 0n, highest: 100n,
    });
  });

  it('is a flat line in the middle when nothing changed', () => {
    expect(stepsOf(after(5n, 5n), size)?.line).toBe('M0 50H150V50H300');
  });

  it('tells apart balances that a number could not', () => {
    expect(stepsOf(after(9007199254740992n, 9007199254740993n), size)?.line).toBe('M0 100H150V0H300');
  });

  it('needs two transactions', () => {
    expect(stepsOf(after(1n), size)).toBeUndefined();
  });
});
