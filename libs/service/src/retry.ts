/** Work that must be done sooner or later: tried again with back-off while what it depends on is away. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from './health.ts';
import type { Logger } from './logging.ts';

const firstWaitMs = 100;
const longestWaitMs = 5_000;

export type RetryOptions = {
  /** When it aborts, the last error is thrown instead of a further try. */
  readonly signal: AbortSignal;
  /** Tells errors that no further try can mend, besides those that have a true `isFinal` themselves: they are thrown at once. */
  readonly isFinal?: (error: unknown) => boolean;
  /** Whether a try may rightly last for hours, waiting for a message: one under way is no objection then. */
  readonly mayWait?: boolean;
};

const saysFinal = (error: unknown): boolean => error instanceof Error && 'isFinal' in error && error.isFinal === true;

/**
 * Tries work again until it succeeds, with one log line for each failure. From the first failure until success the service is not
 * ready. Work that can hang needs a time limit of its own, and fails by it.
 */
export class Retry {
  readonly #name: string;
  readonly #log: Logger;
  /** Why works that cannot go on failed the last time. */
  readonly #troubles = new Map<symbol, string>();

  /** @param name what cannot go on while the work fails; its readiness check and its log lines bear it */
  constructor(name: string, { health, log }: { readonly health: Health; readonly log: Logger }) {
    this.#name = name;
    this.#log = log;
    health.addCheck(name, () => [...this.#troubles.values()].at(0));
  }

  /** Tries until the work succeeds, and gives its result. */
  async until<R>(work: () => Promise<R>, { signal, isFinal, mayWait = false }: RetryOptions): Promise<R> {
    const key = Symbol(this.#name);
    for (let tries = 1; ; tries += 1) {
      if (mayWait) this.#troubles.delete(key);
      try {
        const result = await work();
        this.#troubles.delete(key);
        if (tries > 1) this.#log.info({ tries }, `${this.#name} goes on`);
        return result;
      } catch (error) {
        this.#troubles.set(key, error instanceof Error ? error.message : String(error));
        const isLast = signal.aborted || saysFinal(error) || isFinal?.(error) === true;
        if (!isLast && (await this.#waitAfter(error, tries, signal))) continue;
        this.#troubles.delete(key);
        throw error;
      }
    }
  }

  /** Waits before a further try; false when there shall be none, because the signal aborted. */
  async #waitAfter(error: unknown, tries: number, signal: AbortSignal): Promise<boolean> {
    const waitMs = Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs);
    this.#log.warn({ err: error, nextTryMs: waitMs }, `${this.#name} cannot go on, trying again`);
    // An aborted wait is all that can fail here.
    return wait(waitMs, true, { signal }).catch(() => false);
  }
}
