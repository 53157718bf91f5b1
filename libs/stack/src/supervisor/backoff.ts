/** How long to wait before a part that died is started again: doubled each time, forgotten after it ran well for a minute. */

const firstMs = 200;
const longestMs = 10_000;
const ranWellMs = 60_000;

/** The waits of one part. */
export class Backoff {
  #nextMs = firstMs;

  /** The wait before the next start, in milliseconds, after the part ran for `ranMs`. */
  after(ranMs: number): number {
    if (ranMs >= ranWellMs) this.#nextMs = firstMs;
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(2 * waitMs, longestMs);
    return waitMs;
  }
}
