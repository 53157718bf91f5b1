/**
 * What comes new to the projection, for all who follow it on this instance: read from the database once whenever the bell rings, however
 * many follow, and handed to those who want it.
 */
import { setImmediate } from 'node:timers/promises';
import type { Retry } from '@bank/service';
import type { Iban } from '@bank/topology';
import { beforeEverything, movedTo, type Frontier } from '../transactions/cursor.ts';
import type { Transaction, Transactions } from '../transactions/transactions.ts';
import type { Bell } from './bell.ts';
import { despiteLoss } from './despite-loss.ts';
import { Follower } from './follower.ts';
import { changesKey } from './keys.ts';

/** So many of each partition are read at once: together not more than may wait for one follower. */
const readAtOnce = 100;

/** What is followed: one account, or all. */
export type Followed = Iban | 'all';

type Parts = {
  readonly bell: Bell;
  readonly transactions: Pick<Transactions, 'beyond' | 'frontier'>;
  readonly retry: Retry;
};

export class Tail {
  readonly #parts: Parts;
  readonly #followers = new Map<Followed, Set<Follower>>();
  /** How far was read; undefined while nobody follows. */
  #frontier: Promise<Frontier> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Follows from now on: whatever is not in the database when this resolves will be handed over, and perhaps some more that is.
   */
  async join(followed: Followed): Promise<Follower> {
    const { transactions, retry } = this.#parts;
    const follower = new Follower(leaving => this.#remove(followed, leaving));
    this.#followers.set(followed, (this.#followers.get(followed) ?? new Set()).add(follower));
    try {
      await (this.#frontier ??= despiteLoss(retry, () => transactions.frontier(beforeEverything)));
      return follower;
    } catch (error) {
      this.#frontier = undefined;
      follower[Symbol.dispose]();
      throw error;
    }
  }

  /** Hands out what comes new until the signal aborts. */
  async keepReading(signal: AbortSignal): Promise<void> {
    const { bell, retry } = this.#parts;
    using news = bell.waitFor([changesKey]);
    try {
      while (!signal.aborted) {
        await news.wait(signal);
        let mayBeMore = true;
        while (mayBeMore) {
          mayBeMore = await retry.until(() => this.#read(), { signal });
          // Those who were given something are to take it.
          await setImmediate();
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Reads on and hands out; tells whether there may be more. */
  async #read(): Promise<boolean> {
    if (this.#frontier === undefined) return false;
    const frontier = await this.#frontier;
    const found = await this.#parts.transactions.beyond(frontier, { ofEach: readAtOnce });
    for (const transaction of found) this.#handOut(transaction);
    // Who joined meanwhile, when nobody else followed, began with a frontier of its own, and loses nothing when it is set back.
    if (this.#followers.size > 0) this.#frontier = Promise.resolve(found.reduce((moved, { place }) => movedTo(place, moved), frontier));
    return found.length >= readAtOnce;
  }

  #handOut(transaction: Transaction): void {
    for (const followed of [transaction.iban, 'all'] as const) {
      for (const follower of this.#followers.get(followed) ?? []) follower.give(transaction);
    }
  }

  #remove(followed: Followed, follower: Follower): void {
    const followers = this.#followers.get(followed);
    followers?.delete(follower);
    if (followers?.size === 0) this.#followers.delete(followed);
    if (this.#followers.size === 0) this.#frontier = undefined;
  }
}
