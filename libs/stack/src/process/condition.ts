/** Waiting for something to become true, by asking. */
import { setTimeout as delay } from 'node:timers/promises';

const pollMs = 75;

/**
 * Asks until the answer is yes.
 *
 * @returns whether it became true before `signal` was aborted
 */
export const becomesTrue = async (ask: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<boolean> => {
  while (!signal.aborted) {
    if (await ask()) return true;
    await delay(pollMs);
  }
  return false;
};

/** Settles when the signal is aborted, also when it already is. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
