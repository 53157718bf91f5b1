/** The balance over time as steps: it stays as it is until the next transaction. Pure. */
import type { Transaction } from '../transactions/transaction.ts';

export type Size = { readonly width: number; readonly height: number };

export type Steps = {
  /** The `d` of an SVG path, from the oldest on the left to the newest on the right. */
  readonly line: string;
  /** The same, closed along the bottom. */
  readonly area: string;
  readonly lowest: bigint;
  readonly highest: bigint;
}

/** How much of a range lies below a value, from 0 to 1: exact enough for pixels at any size of the amounts. */
const share = (value: bigint, lowest: bigint, highest: bigint): number =>
  highest === lowest ? 0.5 : Number(((value - lowest) * 10_000n) / (highest - lowest)) / 10_000;

const round = (pixels: number): string => String(Math.round(pixels * 10) / 10);

/**
 * Each transaction is one step of the same width, so that a busy minute after a quiet month can still be seen.
 *
 * @param transactions newest first
 * @returns undefined for fewer than two: a point is no line
 */
export const stepsOf = (transactions: readonly Transaction[], { width, height }: Size): Steps | undefined => {
  if (transactions.length < 2) return undefined;
  const balances = transactions.map(({ newBalance }): bigint => newBalance).reverse();
  const lowest = balances.reduce((least, balance) => (balance < least ? balance : least));
  const highest = balances.reduce((most, balance) => (balance > most ? balance : most));
  const points = balances.map((balance, at) => ({
    start: round((at * width) / balances.length),
    end: round(((at + 1) * width) / balances.length),
    y: round(height * (1 - share(balance, lowest, highest))),
  }));
  const line = points.map(({ start, end, y }, at) => `${at === 0 ? `M${start} ${y}` : `V${y}`}H${end}`).join('');
  return { line, area: `${line}V${height}H0Z`, lowest, highest };
};
