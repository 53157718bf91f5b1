/** How many transfers the bank confirms, as this instance hears its answers. */
import type { Received } from '@bank/messaging';
import type { AnswerTopic } from './answers.ts';

const seconds = 10;

export class Throughput {
  readonly #now: () => number;
  /** Confirmations by the second since 1970 in which they were heard, oldest first. */
  readonly #confirmed = new Map<number, number>();

  /** @param now a clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Counts what was confirmed. */
  hear(received: readonly Received<AnswerTopic>[]): void {
    const confirmed = received.filter(message => 'record' in message && message.record.type === 'MoneyTransferConfirmed').length;
    const second = this.#second();
    this.#confirmed.set(second, (this.#confirmed.get(second) ?? 0) + confirmed);
    for (const old of this.#confirmed.keys()) if (old < second - seconds) this.#confirmed.delete(old);
  }

  /** Confirmed transfers a second, over the last ten whole seconds. */
  perSecond(): number {
    const current = this.#second();
    let sum = 0;
    for (const [second, confirmed] of this.#confirmed) if (second < current && second >= current - seconds) sum += confirmed;
    return sum / seconds;
  }

  #second(): number {
    return Math.floor(this.#now() / 1_000);
  }
}
