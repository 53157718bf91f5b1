/**
 * Transactions as they happen, after those that the subscriber has: first from the database, then as they come new. So nothing is missed
 * and nothing comes twice.
 */
import type { Retry } from '@bank/service';
import type { Iban } from '@bank/topology';
import type { Metrics } from '../metrics.ts';
import {
  cursorOf, frontierCursorOf, isBeyond, movedTo, beforeEverything, type Frontier, type Ordinal,
} from '../transactions/cursor.ts';
import type { Transaction, Transactions, Wanted } from '../transactions/transactions.ts';
import { despiteLoss } from './despite-loss.ts';
import { streamOf } from './stream.ts';
import type { Followed, Tail } from './tail.ts';

/** So many are read at once and held in memory for one subscriber that catches up; of all accounts, so many of each partition. */
const pageSize = 100;

/** What was given and is not taken for so long, for it could not be sent: the subscriber has stopped. */
const takenWithinMs = 5_000;

export type FollowParts = {
  readonly tail: Tail;
  readonly transactions: Transactions;
  readonly retry: Retry;
  readonly metrics: Pick<Metrics, 'liveSubscribers' | 'subscribersTooSlow'>;
};

/** What a subscriber is given: the cursor is to come back with. */
export type Followable = { readonly transaction: Transaction; readonly cursor: string };

/** A subscriber's way through what it follows: `P` says how far it has come. */
type Way<P> = {
  readonly followed: Followed;
  readonly start: P;
  /** The next ones beyond a place; fewer than a page when there are no more. */
  readonly read: (place: P) => Promise<readonly Transaction[]>;
  readonly isBeyond: (transaction: Transaction, place: P) => boolean;
  readonly moved: (transaction: Transaction, place: P) => P;
  readonly cursor: (place: P) => string;
};

type Subscriber = {
  /** Which of them it is given. */
  readonly wants: (transaction: Transaction) => boolean;
  /** Called when it takes nothing any more, though there is something. */
  readonly onTooSlow: () => void;
};

/** Whether a transaction is of those that are wanted. */
export const isWanted = ({ direction, minAmount }: Pick<Wanted, 'direction' | 'minAmount'>, { changedBy }: Transaction): boolean => {
  const amount = changedBy < 0n ? 0n - changedBy : changedBy;
  return (direction === 'ALL' || changedBy > 0n === (direction === 'IN')) && (minAmount === null || amount >= minAmount);
};

/**
 * Follows an account.
 *
 * @param of.after the place of the last transaction that the subscriber has; when left out, it begins with the next that happens
 */
export const followAccount = async (
  parts: FollowParts,
  { iban, after, ...subscriber }: Subscriber & { readonly iban: Iban; readonly after: Ordinal | undefined },
): Promise<AsyncIterableIterator<Followable>> => {
  const { transactions, retry } = parts;
  return followWay(parts, subscriber, {
    followed: iban,
    start: after ?? (await despiteLoss(retry, () => transactions.end(iban))),
    read: than => transactions.newer(iban, { first: pageSize, than }),
    isBeyond: ({ ordinal }, last: Ordinal) => ordinal > last,
    moved: ({ ordinal }) => ordinal,
    cursor: cursorOf,
  });
};

/**
 * Follows all accounts: each in its order, without one between them.
 *
 * @param of.after how far the subscriber has come; when left out, it begins with what happens next
 */
export const followAll = async (
  parts: FollowParts,
  { after, ...subscriber }: Subscriber & { readonly after: Frontier | undefined },
): Promise<AsyncIterableIterator<Followable>> => {
  const { transactions, retry } = parts;
  return followWay(parts, subscriber, {
    followed: 'all',
    start: after ?? (await despiteLoss(retry, () => transactions.frontier(beforeEverything))),
    read: frontier => transactions.beyond(frontier, { ofEach: pageSize }),
    isBeyond: ({ place }, frontier: Frontier) => isBeyond(place, frontier),
    moved: ({ place }, frontier) => movedTo(place, frontier),
    cursor: frontierCursorOf,
  });
};

const followWay = <P>({ tail, retry, metrics }: FollowParts, { wants, onTooSlow }: Subscriber, way: Way<P>): AsyncIterableIterator<Followable> =>
  streamOf(async function* (left) {
    let last = way.start;
    const countAndEnd = (): void => {
      metrics.subscribersTooSlow.inc();
      onTooSlow();
    };
    /** Moves on by those that are new to the subscriber, and gives what it wants of them. */
    const movedOn = function* (found: readonly Transaction[]): Generator<Followable> {
      for (const transaction of found) {
        if (!way.isBeyond(transaction, last)) continue;
        last = way.moved(transaction, last);
        if (!wants(transaction)) continue;
        const stalled = setTimeout(countAndEnd, takenWithinMs);
        try {
          yield { transaction, cursor: way.cursor(last) };
        } finally {
          clearTimeout(stalled);
        }
      }
    };
    const catchUp = async function* (): AsyncGenerator<Followable> {
      const read = (): Promise<readonly Transaction[]> => despiteLoss(retry, () => way.read(last), left);
      for (let page = await read(); !left.aborted; page = await read()) {
        yield* movedOn(page);
        if (page.length < pageSize) return;
      }
    };
    metrics.liveSubscribers.inc();
    try {
      // Who has much to catch up with does so before it joins, for what comes new meanwhile would have to wait for it.
      yield* catchUp();
      using news = await tail.join(way.followed);
      while (!left.aborted) {
        // What happened between the last page and the joining, or was too much to wait.
        yield* catchUp();
        for (let found = await news.take(left); found !== undefined && found.length > 0; found = await news.take(left)) yield* movedOn(found);
      }
    } finally {
      metrics.liveSubscribers.dec();
    }
  });
