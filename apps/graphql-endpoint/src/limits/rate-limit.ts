/** So often within a time, for each key. Counted in memory: each instance counts for itself, and a restart begins anew. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

type Bounds = { readonly most: number; readonly withinSeconds: number };

export class RateLimit {
  readonly #limiter: RateLimiterMemory;

  constructor({ most, withinSeconds }: Bounds) {
    this.#limiter = new RateLimiterMemory({ points: most, duration: withinSeconds });
  }

  /** Counts once more; gives after how many whole seconds to try again when that is once too often. The time begins with the first. */
  async count(key: string): Promise<number | undefined> {
    try {
      await this.#limiter.consume(key);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
      throw error;
    }
  }

  /** Takes back what was counted. */
  async takeBack(key: string): Promise<void> {
    await this.#limiter.reward(key);
  }
}
