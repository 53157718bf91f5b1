/** Work that must be done sooner or later: tried again with back-off while what it depends on is away. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from './health.ts';
import type { Logger } from './logging.ts';

const firstWaitMs = 100;
const longestWaitMs = 5_000;

/** Tries again on behalf of a service: not ready meanwhile, one log line for each try. */
export class Retry {
  readonly #name: string;
  readonly #log: Logger;
  #trouble: string | undefined;

  /** @param name what cannot go on when the work fails; the readiness check bears it */
  constructor(name: string, { health, log }: { readonly health: Health; readonly log: Logger }) {
    this.#name = name;
    this.#log = log;
    health.addCheck(name, () => this.#trouble);
  }

  /**
   * Repeats work until it succeeds.
   *
   * @param options.signal when it aborts, the last error is thrown instead of a further try
   * @param options.isFinal tells the errors that no further try can mend: they are thrown at once
   */
  async until<R>(work: () => Promise<R>, options: { readonly signal: AbortSignal; readonly isFinal?: (error: unknown) => boolean }): Promise<R> {
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
      try {
        const result = await work();
        if (this.#trouble !== undefined) this.#log.info(`${this.#name} goes on`);
        this.#trouble = undefined;
        return result;
      } catch (error) {
        if (options.signal.aborted || options.isFinal?.(error)) throw error;
        this.#trouble = error instanceof Error ? error.message : String(error);
        this.#log.warn({ err: error, nextTryMs: waitMs }, `${this.#name} cannot go on, trying again`);
        await wait(waitMs, undefined, { signal: options.signal }).catch(() => undefined);
      }
    }
  }
}
