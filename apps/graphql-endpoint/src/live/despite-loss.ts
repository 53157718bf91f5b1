import type { Retry } from '@bank/service';

/** A connection that was lost is made again by then. */
const madeAgainWithinMs = 2_000;

/**
 * Asks the database for what an open stream or socket cannot do without: a connection that is lost just then is no reason to end it.
 *
 * @param signal when it aborts, nobody needs the answer any more
 * @throws the last error, when the database stays away
 */
export const despiteLoss = <R>(retry: Retry, ask: () => Promise<R>, signal?: AbortSignal): Promise<R> => {
  const patience = AbortSignal.timeout(madeAgainWithinMs);
  return retry.until(ask, { signal: signal ? AbortSignal.any([signal, patience]) : patience });
};
