/** Transfers at a constant rate, sent when they are due whether or not the bank keeps up. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Producer } from '@bank/messaging';
import type { Account, Transfer } from './commands.ts';

/** How often what has fallen due is sent; that it waited counts. */
const tickMs = 1;

/** Transfers at a constant rate between some accounts. */
export type Load = {
  readonly accounts: readonly Account[];
  readonly random: RandomGenerator;
  readonly perSecond: number;
  readonly seconds: number;
  /** Before that, at the same rate, and not counted: programs that have just started are slow. */
  readonly warmUpSeconds: number;
};

/** How many transfers a load has in all. */
export const totalOf = ({ perSecond, seconds, warmUpSeconds }: Pick<Load, 'perSecond' | 'seconds' | 'warmUpSeconds'>): number =>
  Math.round(perSecond * (seconds + warmUpSeconds));

export type Pace = { readonly perSecond: number; readonly total: number };

/** A transfer that is due: the how many-th it is, from 0, and when it is to be sent, by `performance.now()`. */
export type Due = { readonly nth: number; readonly dueMs: number };

/**
 * Sends each transfer when it is due, however many are not answered; gives when the last was due.
 *
 * @param make makes the transfers that are due
 */
export const sendWhenDue = async (
  producer: Producer<'confirm_money_transfer'>, { perSecond, total }: Pace, make: (due: readonly Due[]) => readonly Transfer[],
): Promise<number> => {
  const begin = performance.now();
  const dueMsOf = (nth: number): number => begin + (nth * 1_000) / perSecond;
  const failure = new AbortController();
  for (let sent = 0; sent < total; ) {
    const first = sent;
    sent = Math.min(total, Math.floor(((performance.now() - begin) * perSecond) / 1_000) + 1);
    const due = Array.from({ length: sent - first }, (_, at) => ({ nth: first + at, dueMs: dueMsOf(first + at) }));
    producer.send(make(due)).catch((error: unknown) => failure.abort(error));
    await delay(tickMs);
    failure.signal.throwIfAborted();
  }
  return dueMsOf(total - 1);
};
