/** One who follows what comes new. What was not taken yet waits in a buffer, which has a bound: who is slow must not cost the others. */
import type { Transaction } from '../transactions/transactions.ts';
import { Waiter } from './waiter.ts';

/** So many transactions wait for one follower, some 300 kB. */
const mostWaiting = 1_000;

export class Follower implements Disposable {
  readonly #leave: (follower: Follower) => void;
  readonly #news = new Waiter(() => undefined);
  #waiting: Transaction[] = [];
  /** Whether more came than may wait: it is in the database, and nothing waits until that was looked at again. */
  #isBehind = false;

  /** @param leave called when it follows no longer */
  constructor(leave: (follower: Follower) => void) {
    this.#leave = leave;
  }

  /** Adds a transaction to what waits. */
  give(transaction: Transaction): void {
    if (this.#isBehind) return;
    if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(transaction);
    } else {
      this.#waiting = [];
      this.#isBehind = true;
    }
    this.#news.wake();
  }

  /**
   * Waits until something is there, and takes all of it; nothing when the signal aborts. Undefined when more came than may wait: then the
   * database has what comes next, and what is given from now on follows upon that.
   */
  async take(signal: AbortSignal): Promise<readonly Transaction[] | undefined> {
    if (this.#waiting.length === 0 && !this.#isBehind) await this.#news.wait(signal);
    const taken = this.#isBehind ? undefined : this.#waiting;
    this.#isBehind = false;
    this.#waiting = [];
    return taken;
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}
