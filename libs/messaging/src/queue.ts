/** The bounded queue between a consumer's client and the loop that takes from it. */
import type { IncomingMessage } from './port.ts';

/** From either bound on the client holds back. One delivery may exceed them, for deliveries are not split. */
const capacity = 10_000;
const capacityBytes = 16 * 1024 * 1024;

export class MessageQueue {
  #messages: IncomingMessage[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  /** Those who wait for the queue to change. */
  #waiting = new Set<() => void>();

  get length(): number {
    return this.#messages.length;
  }

  add(messages: readonly IncomingMessage[]): void {
    for (const message of messages) {
      this.#messages.push(message);
      this.#bytes += bytesOf(message);
    }
    this.#changed();
  }

  /** Keeps only some messages, in their order. */
  retain(isKept: (message: IncomingMessage) => boolean): void {
    // A new array tells who has peeked that it may hold what is gone.
    this.#messages = this.#messages.filter(isKept);
    this.#bytes = this.#messages.reduce((sum, message) => sum + bytesOf(message), 0);
    this.#changed();
  }

  /** The first messages; they stay until they are removed. */
  peek(max: number): Peeked {
    return { messages: this.#messages.slice(0, max), of: this.#messages };
  }

  /** Removes what was peeked; false when some messages were dropped meanwhile and nothing of it counts. */
  remove({ messages, of }: Peeked): boolean {
    if (of !== this.#messages) return false;
    this.#messages.splice(0, messages.length);
    for (const message of messages) this.#bytes -= bytesOf(message);
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
    // Most often there is room, and a timer for each delivery would cost more than the rest of it.
    if (!this.#isFull()) return true;
    const timeout = AbortSignal.timeout(waitMs);
    while (this.#isFull() && !timeout.aborted) await this.#change(timeout);
    return !this.#isFull();
  }

  #isFull(): boolean {
    return this.#messages.length >= capacity || this.#bytes >= capacityBytes;
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

export type Peeked = { readonly messages: readonly IncomingMessage[]; readonly of: object };

/** About what a header takes beside its bytes: a place in the record, an array, a Buffer. */
const headerOverheadBytes = 256;

const bytesOf = ({ key, value, headers }: IncomingMessage): number => {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const name in headers) for (const item of headers[name] ?? []) bytes += headerOverheadBytes + name.length + (item?.length ?? 0);
  return bytes;
};
