/** The bank as a whole, as the app knows it. Pure. */
import type { Cents } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { readCents } from '../api/scalars.ts';
import type { totalsQuery } from './documents.ts';

type WireTotals = ResultOf<typeof totalsQuery>['totals'];

export type Totals = {
  readonly accounts: number;
  readonly money: Cents;
  /** Over the last ten seconds. */
  readonly transfersPerSecond: number;
  readonly conservation: WireTotals['conservation'];
  /** What is wrong when money is not conserved; null when nothing is. */
  readonly problem: string | null;
}

/** @throws TypeError when the bank breaks its contract */
export const readTotals = (totals: WireTotals): Totals => ({ ...totals, money: readCents(totals.money) });

const refreshMs = 2_000;
const mostMs = 30_000;

/**
 * How long to wait before the totals are asked for again.
 *
 * @param failures how many times in a row they did not arrive
 * @returns milliseconds: 2 s, and twice as long after each failure, 30 s at most
 */
export const pauseMs = (failures: number): number => Math.min(refreshMs * 2 ** failures, mostMs);
