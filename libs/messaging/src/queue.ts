/** The bounded queue between a consumer's client and the loop that takes from it. */
import type { IncomingMessage } from './port.ts';

/** From this many messages on the client holds back. One delivery may exceed it, for batches are not split. */
const capacity = 10_000;

export class MessageQueue {
  #messages: IncomingMessage[] = [];
  #failure: Error | undefined;
  /** Those who wait for the queue to change. */
  #waiting = new Set<() => void>();

  add(messages: readonly IncomingMessage[]): void {
    for (const message of messages) this.#messages.push(message);
    this.#changed();
  }

  clear(): void {
    this.#messages = [];
    this.#changed();
  }

  peek(max: number): readonly IncomingMessage[] {
    return this.#messages.slice(0, max);
  }

  /** Removes what was peeked; false when the queue was cleared meanwhile and nothing of it counts. */
  remove(peeked: readonly IncomingMessage[]): boolean {
    if (peeked.length === 0 || this.#messages[0] !== peeked[0]) return false;
    this.#messages.splice(0, peeked.length);
    this.#changed();
    return true;
  }

  /** Nothing more will come: whoever waits for a message gets this error, now and later. */
  fail(error: Error): void {
    this.#failure = error;
    this.#changed();
  }

  /** Resolves when there is a message, or when the signal aborts. */
  async filled(signal: AbortSignal): Promise<void> {
    while (this.#messages.length === 0 && !signal.aborted) {
      if (this.#failure) throw this.#failure;
      await this.#change(signal);
    }
  }

  /** Resolves with true as soon as there is room, with false after `waitMs`. */
  async room(waitMs: number): Promise<boolean> {
    const timeout = AbortSignal.timeout(waitMs);
    while (this.#messages.length >= capacity && !timeout.aborted) await this.#change(timeout);
    return this.#messages.length < capacity;
  }

  #changed(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const resolve of waiting) resolve();
  }

  /** Resolves at the next change, or when the signal aborts. */
  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopWaiting = (): void => resolve();
    this.#waiting.add(stopWaiting);
    signal.addEventListener('abort', stopWaiting, { once: true });
    await promise;
    this.#waiting.delete(stopWaiting);
    signal.removeEventListener('abort', stopWaiting);
  }
}
