/** One who waits for a ring. A ring between two waits is not lost: the next wait returns at once. */

export class Waiter implements Disposable {
  readonly #leave: (waiter: Waiter) => void;
  #hasRung = false;
  #wake: (() => void) | undefined;

  /** @param leave called when nobody waits here any more */
  constructor(leave: (waiter: Waiter) => void) {
    this.#leave = leave;
  }

  wake(): void {
    this.#hasRung = true;
    this.#wake?.();
  }

  /** Resolves when it has rung since the last wait, or when the signal aborts. */
  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#hasRung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const stopWaiting = (): void => resolve();
      this.#wake = stopWaiting;
      signal.addEventListener('abort', stopWaiting, { once: true });
      await promise;
      signal.removeEventListener('abort', stopWaiting);
      this.#wake = undefined;
    }
    this.#hasRung = false;
  }

  [Symbol.dispose](): void {
    this.#leave(this);
  }
}
