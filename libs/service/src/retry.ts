/** Work that must be done sooner or later: tried again with back-off while what it depends on is away. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from './health.ts';
import type { Logger } from './logging.ts';

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/**
 * Tries work again until it succeeds, with one log line for each failure.
 *
 * The service is not ready from a failed try until the next one begins. A try under way is no objection, for it may rightly last for
 * hours, waiting for a message; so work that can hang needs a time limit of its own, and fails by it.
 */
export class Retry {
  readonly #name: string;
  readonly #log: Logger;
  #trouble: string | undefined;

  /** @param name what cannot go on while the work fails; its readiness check and its log lines bear it */
  constructor(name: string, { health, log }: { readonly health: Health; readonly log: Logger }) {
    this.#name = name;
    this.#log = log;
    health.addCheck(name, () => this.#trouble);
  }

  /**
   * Tries until the work succeeds, and gives its result.
   *
   * @param options.signal when it aborts, the last error is thrown instead of a further try
   * @param options.isFinal tells the errors that no further try can mend: they are thrown at once
   */
  async until<R>(work: () => Promise<R>, options: { readonly signal: AbortSignal; readonly isFinal?: (error: unknown) => boolean }): Promise<R> {
    const { signal, isFinal } = options;
    for (let tries = 1; ; tries += 1) {
      this.#trouble = undefined;
      try {
        const result = await work();
        if (tries > 1) this.#log.info({ tries }, `${this.#name} goes on`);
        return result;
      } catch (error) {
        if (signal.aborted || isFinal?.(error)) throw error;
        if (!(await this.#waitAfter(error, tries, signal))) throw error;
      }
    }
  }

  /** Waits before a further try; false when there shall be none, because the signal aborted. */
  async #waitAfter(error: unknown, tries: number, signal: AbortSignal): Promise<boolean> {
    const waitMs = Math.min(firstWaitMs * 2 ** (tries - 1), longestWaitMs);
    this.#trouble = error instanceof Error ? error.message : String(error);
    this.#log.warn({ err: error, nextTryMs: waitMs }, `${this.#name} cannot go on, trying again`);
    // An aborted wait is all that can fail here.
    return wait(waitMs, true, { signal }).catch(() => false);
  }
}
