import { cents } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { addNewest, addOlder, joinPage, leastCapacity, newestCursor, oldestCursor, startFrom, trim, type Timeline } from './timeline.ts';
import type { Transaction } from './transaction.ts';

/** The nth transaction of an account. */
const nth = (n: number): Transaction => ({
  id: `id ${n}`,
  cursor: `cursor ${n}`,
  changedBy: cents(1n),
  newBalance: cents(BigInt(n)),
  fromTo: 'cash',
  description: '',
  changedAt: new Date(n),
  transferId: null,
});
/** Transactions from the newest down to the oldest. */
const from = (newest: number, oldest: number): Transaction[] =>
  Array.from({ length: newest - oldest + 1 }, (_, at) => nth(newest - at));
const numbers = (timeline: Timeline): number[] => timeline.transactions.map(({ newBalance }) => Number(newBalance));

const page = { transactions: from(30, 11), hasOlder: true };

describe('a timeline', () => {
  it('starts with the newest page and knows where to go on from, both ways', () => {
    const timeline = startFrom(page);
    expect(newestCursor(timeline)).toBe('cursor 30');
    expect(oldestCursor(timeline)).toBe('cursor 11');
    expect(newestCursor(startFrom({ transactions: [], hasOlder: false }))).toBeUndefined();
  });

  it('puts what happens now on top', () => {
    expect(numbers([31, 32].map(nth).reduce(addNewest, startFrom(page)))).toEqual(Array.from({ length: 22 }, (_, at) => 32 - at));
  });

  it('shows once what arrives twice', () => {
    const timeline = [31, 31, 30, 11].map(nth).reduce(addNewest, startFrom(page));
    expect(numbers(timeline).slice(0, 3)).toEqual([31, 30, 29]);
    expect(timeline.transactions).toHaveLength(21);
  });

  it('joins an older page without gap or duplicate, though new ones arrived meanwhile', () => {
    const timeline = addOlder(addNewest(startFrom(page), nth(31)), { transactions: from(12, 1), hasOlder: false }, 'cursor 11');
    expect(numbers(timeline)).toEqual(Array.from({ length: 31 }, (_, at) => 31 - at));
    expect(timeline.hasOlder).toBe(false);
  });

  it('drops the oldest beyond its capacity, and says that there are older ones', () => {
    const full = startFrom({ transactions: from(leastCapacity, 1), hasOlder: false });
    const timeline = addNewest(full, nth(leastCapacity + 1));
    expect(timeline.transactions).toHaveLength(leastCapacity);
    expect(timeline.hasOlder).toBe(true);
    expect(oldestCursor(timeline)).toBe('cursor 2');
  });

  it('leaves out an older page that no longer fits to its end', () => {
    const full = startFrom({ transactions: from(leastCapacity + 10, 11), hasOlder: true });
    const moved = addNewest(full, nth(leastCapacity + 11));
    expect(addOlder(moved, { transactions: from(10, 1), hasOlder: false }, 'cursor 11')).toBe(moved);
  });

  it('puts the first page of a filter below what arrived while it was on its way', () => {
    const arrived = [31, 32].map(nth).reduce(addNewest, startFrom({ transactions: [], hasOlder: false }));
    const timeline = joinPage(arrived, { transactions: from(30, 11), hasOlder: true });
    expect(numbers(timeline)).toEqual(Array.from({ length: 22 }, (_, at) => 32 - at));
    expect(timeline.hasOlder).toBe(true);
  });

  it('is cut to fewer rows, of which the rest is older', () => {
    const timeline = trim(startFrom({ transactions: from(30, 11), hasOlder: false }), 5);
    expect(numbers(timeline)).toEqual([30, 29, 28, 27, 26]);
    expect(timeline.hasOlder).toBe(true);
    expect(trim(timeline, 20)).toBe(timeline);
  });

  it('keeps as many as were asked for', () => {
    const newer = startFrom({ transactions: from(500, 251), hasOlder: true });
    const timeline = addOlder(newer, { transactions: from(250, 1), hasOlder: false }, 'cursor 251');
    expect(addNewest(timeline, nth(501)).transactions).toHaveLength(500);
  });
});
