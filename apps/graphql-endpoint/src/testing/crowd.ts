/** Many followers, of whom one after the other is cut off, each drawn at random. */
import type { Browser } from './browser.ts';
import { Follower, type Subscription } from './follower.ts';

/** After so many transactions, given to whomever, the next is cut off. */
const entriesPerBreak = 2;

type Options = {
  /** Draws one of several. */
  readonly oneOf: <V>(values: readonly V[]) => V;
  /** The endpoints as they are now. */
  readonly urls: () => readonly string[];
};

export class Crowd {
  readonly #options: Options;
  readonly #followers: Follower[] = [];
  #entries = 0;
  #breaks = 0;
  #breaksAllowed = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  get size(): number {
    return this.#followers.length;
  }

  /** How often one was cut off so far. */
  get breaks(): number {
    return this.#breaks;
  }

  add(as: Browser, subscription: Subscription): Follower {
    const { oneOf, urls } = this.#options;
    const follower = new Follower({ as, subscription, nextUrl: () => oneOf(urls()), onEntry: () => this.#onEntry() });
    this.#followers.push(follower);
    return follower;
  }

  /** Lets them be cut off until that has happened so often. */
  allowBreaks(inAll: number): void {
    this.#breaksAllowed = inAll;
  }

  /** Lets all follow until they are stopped. */
  async follow(): Promise<void> {
    await Promise.all(this.#followers.map(follower => follower.follow()));
  }

  stop(): void {
    for (const follower of this.#followers) follower.stop();
  }

  #onEntry(): void {
    this.#entries += 1;
    if (this.#entries % entriesPerBreak > 0 || this.#breaks >= this.#breaksAllowed) return;
    if (this.#options.oneOf(this.#followers).breakOff()) this.#breaks += 1;
  }
}
