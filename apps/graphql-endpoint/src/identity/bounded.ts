/** Work of which only so much is done at once and only so much may wait: argon2 takes a core and 19 MiB each time. */

export type Bounds = {
  /** How much is done at once. */
  readonly atOnce: number;
  /** How much more may wait. */
  readonly waiting: number;
};

/** As much is being done and waits as may: try again shortly. */
export class BusyError extends Error {
  override readonly name = 'BusyError';
  readonly code = 'BUSY';
}

export class Bounded {
  readonly #bounds: Bounds;
  readonly #queue: (() => void)[] = [];
  #running = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * Does the work when its turn comes.
   *
   * @throws BusyError at once, when too much waits already
   */
  async run<R>(work: () => Promise<R>): Promise<R> {
    if (this.#running >= this.#bounds.atOnce) await this.#turn();
    else this.#running += 1;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      // The place goes to the next in line, so the count stays; without one it becomes free.
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #turn(): Promise<void> {
    if (this.#queue.length >= this.#bounds.waiting) throw new BusyError('too many at once');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.push(resolve);
    await promise;
  }
}
