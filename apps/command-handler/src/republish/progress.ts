/** How far a republishing is, as lines for who waits for it. */
import type { MessageOfEntry } from '../ledger/in-turn.ts';

/** A line comes after the first page, then every so often. */
const lineEveryMs = 5_000;

export class Progress {
  readonly #total: bigint;
  readonly #startedAt = performance.now();
  #toldAt = Number.NEGATIVE_INFINITY;
  #feedback = 0;
  #events = 0;

  /** @param total how many messages there are to send */
  constructor(total: bigint) {
    this.#total = total;
  }

  /** Counts messages that were sent. */
  add(sent: readonly MessageOfEntry[]): void {
    const feedback = sent.filter(({ account }) => account === undefined).length;
    this.#feedback += feedback;
    this.#events += sent.length - feedback;
  }

  get isComplete(): boolean {
    return BigInt(this.#count) === this.#total;
  }

  /** Where it is, when it is time to tell. */
  dueLine(): string | undefined {
    if (this.isComplete || performance.now() - this.#toldAt < lineEveryMs) return undefined;
    this.#toldAt = performance.now();
    return `sent ${this.#count} of ${this.#total} messages, ${this.#perSecond} a second`;
  }

  /** What was sent in all. */
  lastLine(): string {
    return `sent ${this.#count} of ${this.#total} messages (${this.#feedback} feedback, ${this.#events} events), ${this.#perSecond} a second`;
  }

  get #count(): number {
    return this.#feedback + this.#events;
  }

  get #perSecond(): number {
    return Math.round((this.#count / (performance.now() - this.#startedAt)) * 1_000);
  }
}
