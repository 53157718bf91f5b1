/** The balance over time as steps: it stays as it is until the next transaction. Pure. */
import type { Transaction } from '../transactions/transaction.ts';

export type Size = { readonly width: number; readonly height: number };

/** The balance after one transaction: where it begins, where the next one ends it, and how high it is. */
export type Step = { readonly start: number; readonly end: number; readonly y: number };

export type Steps = {
  /** From the oldest on the left to the newest on the right. */
  readonly steps: readonly Step[];
  /** The `d` of an SVG path. */
  readonly line: string;
  /** The same, closed along the bottom. */
  readonly area: string;
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** Each step has this width at least, or half of its share of the chart when there are many: so that one of a second can be seen too. */
const leastWidth = 12;

/** How much of a range lies below a value, from 0 to 1: exact enough for pixels at any size of the amounts. */
const share = (value: bigint, lowest: bigint, highest: bigint): number =>
  highest === lowest ? 0.5 : Number(((value - lowest) * 10_000n) / (highest - lowest)) / 10_000;

const round = (pixels: number): number => Math.round(pixels * 10) / 10;

/** Where each step starts: what the least widths leave of the chart is shared out by time. @param timesMs oldest first */
const startsOf = (timesMs: readonly number[], width: number): readonly number[] => {
  const [first = 0] = timesMs;
  const spanMs = (timesMs.at(-1) ?? first) - first;
  const least = spanMs > 0 ? Math.min(leastWidth, width / timesMs.length / 2) : width / timesMs.length;
  const rest = width - least * timesMs.length;
  return timesMs.map((ms, at) => round(least * at + (spanMs > 0 ? (rest * (ms - first)) / spanMs : 0)));
};

/**
 * @param transactions newest first
 * @returns undefined for fewer than two: a point is no line
 */
export const stepsOf = (transactions: readonly Transaction[], { width, height }: Size): Steps | undefined => {
  if (transactions.length < 2) return undefined;
  const oldestFirst = transactions.toReversed();
  const balances = oldestFirst.map(({ newBalance }): bigint => newBalance);
  const lowest = balances.reduce((least, balance) => (balance < least ? balance : least));
  const highest = balances.reduce((most, balance) => (balance > most ? balance : most));
  const starts = startsOf(oldestFirst.map(({ changedAt }) => changedAt.getTime()), width);
  const steps = balances.map((balance, at): Step => ({
    start: starts[at] ?? 0,
    end: starts[at + 1] ?? width,
    y: round(height * (1 - share(balance, lowest, highest))),
  }));
  const line = steps.map(({ start, end, y }, at) => `${at === 0 ? `M${start} ${y}` : `V${y}`}H${end}`).join('');
  return { steps, line, area: `${line}V${height}H0Z`, lowest, highest };
};

/** The place of the step at x, among steps from left to right. */
export const placeAt = (steps: readonly Step[], x: number): number => Math.max(0, steps.findLastIndex(({ start }) => start <= x));
