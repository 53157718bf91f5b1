/**
 * Transactions of one account as they happen: each subscriber reads from the database what comes after the last it was given, whenever
 * the bell rings. So nothing is missed, nothing comes twice, and who is slow holds up nobody else.
 */
import type { Gauge } from 'prom-client';
import type { Iban } from '@bank/topology';
import type { Ordinal } from '../transactions/cursor.ts';
import type { Transaction, Transactions } from '../transactions/transactions.ts';
import type { Bell } from './bell.ts';
import { accountKey } from './keys.ts';
import { streamOf } from './stream.ts';

/** So many are read at once and held in memory for one subscriber. */
const pageSize = 100;

type Parts = { readonly bell: Bell; readonly transactions: Transactions; readonly liveSubscribers: Gauge };

/**
 * Follows an account.
 *
 * @param options.after the place of the last transaction that the subscriber has; when left out, it begins with the next that happens
 */
export const follow = async (
  { bell, transactions, liveSubscribers }: Parts,
  { iban, after }: { readonly iban: Iban; readonly after: Ordinal | undefined },
): Promise<AsyncIterableIterator<Transaction>> => {
  const start = after ?? (await transactions.end(iban));
  return streamOf(async function* (left) {
    using news = bell.waitFor([accountKey(iban)]);
    liveSubscribers.inc();
    try {
      let last = start;
      while (!left.aborted) {
        const page = await transactions.newer(iban, { first: pageSize, than: last });
        for (const transaction of page) {
          yield transaction;
          last = transaction.ordinal;
        }
        if (page.length < pageSize) await news.wait(left);
      }
    } finally {
      liveSubscribers.dec();
    }
  });
};
