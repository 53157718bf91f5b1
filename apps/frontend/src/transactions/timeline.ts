/** The transactions on screen: pages from the past and live ones from the present, joined without a gap or a duplicate. Pure. */
import type { Transaction, TransactionPage } from './transaction.ts';

/** Newest first. */
export type Timeline = {
  /** How many to keep when new ones arrive: a page left open all day must not grow all day. */
  readonly capacity: number;
} & TransactionPage

/** What is kept when no more was asked for. */
export const leastCapacity = 250;

const without = (transactions: readonly Transaction[], known: readonly Transaction[]): readonly Transaction[] => {
  const ids = new Set(known.map(({ id }) => id));
  return transactions.filter(({ id }) => !ids.has(id));
};

/** The newest page is where a timeline starts. */
export const startFrom = ({ transactions, hasOlder }: TransactionPage): Timeline => ({
  transactions,
  hasOlder,
  capacity: Math.max(leastCapacity, transactions.length),
});

/**
 * A transaction that happened now. One that is known already changes nothing. What falls off the end is older, and can be loaded again.
 */
export const addNewest = (timeline: Timeline, transaction: Transaction): Timeline => {
  if (timeline.transactions.some(({ id }) => id === transaction.id)) return timeline;
  const transactions = [transaction, ...timeline.transactions];
  const isFull = transactions.length > timeline.capacity;
  return {
    ...timeline,
    transactions: isFull ? transactions.slice(0, timeline.capacity) : transactions,
    hasOlder: timeline.hasOlder || isFull,
  };
};

/**
 * A page of what is older than all that is known; from now on that many are kept. A page asked for `after` a transaction that has since
 * fallen off the end is left out, for it would leave a gap: it can be asked for again.
 */
export const addOlder = (timeline: Timeline, page: TransactionPage, after: string | undefined): Timeline => {
  if (oldestCursor(timeline) !== after) return timeline;
  const transactions = [...timeline.transactions, ...without(page.transactions, timeline.transactions)];
  return { transactions, hasOlder: page.hasOlder, capacity: Math.max(timeline.capacity, transactions.length) };
};

/**
 * A timeline of those that a filter lets through, from its first page and what the stream brought while that was on its way. The page is
 * of what is older than all that the stream brought since it was asked for, so the two meet without a gap or a duplicate.
 */
export const joinPage = (arrived: Timeline, page: TransactionPage): Timeline =>
  startFrom({ transactions: [...arrived.transactions, ...page.transactions], hasOlder: page.hasOlder });

/** The cursor to resume the live stream after. */
export const newestCursor = ({ transactions }: Timeline): string | undefined => transactions[0]?.cursor;

/** The cursor to page on from. */
export const oldestCursor = ({ transactions }: Timeline): string | undefined => transactions.at(-1)?.cursor;

/** The newest so many: the rest is older, and can be loaded again. */
export const trim = (timeline: Timeline, most: number): Timeline => {
  const { transactions } = timeline;
  return transactions.length <= most ? timeline : startFrom({ transactions: transactions.slice(0, most), hasOlder: true });
};
