/** Taking leave of a broker that may not answer any more. */
import { setTimeout as wait } from 'node:timers/promises';

const leaveWithinMs = 2_000;

/**
 * Disconnects, but does not wait longer than two seconds: a service that is told to stop has no more time for a broker that hangs. That
 * a disconnect fails says nothing new, and never hides why it came to it.
 */
export const leave = async (client: { readonly disconnect: () => Promise<unknown> }): Promise<void> => {
  const patience = new AbortController();
  const tooLong = wait(leaveWithinMs, undefined, { signal: patience.signal, ref: false });
  await Promise.race([client.disconnect(), tooLong]).catch(() => undefined);
  patience.abort();
  await tooLong.catch(() => undefined);
};
