/** A change of any account's balance, and what is kept of many that come at once. */
import type { Iban } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { readIban } from '../api/scalars.ts';
import { readNode, type Transaction } from '../transactions/transaction.ts';
import type { allTransactionsSubscription } from './documents.ts';

/** A transaction of any account. The stream's cursor is a place among all accounts, and none in its own. */
export type Change = Omit<Transaction, 'cursor' | 'arrivedAtMs'> & { readonly iban: Iban };

type WireEdge = ResultOf<typeof allTransactionsSubscription>['allTransactions'];

/** @throws TypeError when the bank breaks its contract */
export const readChange = ({ node }: WireEdge): Change => ({ ...readNode(node), iban: readIban(node.iban) });

/** So many of the newest are shown. */
export const feedLength = 100;

/** What came since one last looked. */
export type Burst = {
  /** Newest first, as many as are shown. */
  readonly newest: readonly Change[];
  /** The last change of each account: the stream keeps the order of every account. */
  readonly latest: ReadonlyMap<Iban, Change>;
}

/** Gathers what arrives until the screen is drawn again. However long that takes, no more is kept than can be shown. */
export class Gathering {
  #recent: Change[] = [];
  #latest = new Map<Iban, Change>();

  add(change: Change): void {
    this.#latest.set(change.iban, change);
    this.#recent.push(change);
    // Cut at twice the length, so that it is not done at each change.
    if (this.#recent.length >= 2 * feedLength) this.#recent = this.#recent.slice(-feedLength);
  }

  get isEmpty(): boolean {
    return this.#recent.length === 0;
  }

  /** What was gathered; from here on it starts anew. */
  take(): Burst {
    const burst: Burst = { newest: this.#recent.slice(-feedLength).reverse(), latest: this.#latest };
    this.#recent = [];
    this.#latest = new Map();
    return burst;
  }
}

/** The newest changes of all, newest first, after a burst. */
export const addToFeed = (feed: readonly Change[], { newest }: Burst): readonly Change[] => [...newest, ...feed].slice(0, feedLength);
