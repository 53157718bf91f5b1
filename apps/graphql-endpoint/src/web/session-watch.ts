/** A socket lives no longer than the session that it was opened under, on whatever instance the log-out happens. */
import type { Extra } from 'graphql-ws/use/ws';
import type { Logger, Retry } from '@bank/service';
import type { Sessions } from '../identity/sessions.ts';
import type { Bell } from '../live/bell.ts';
import { despiteLoss } from '../live/despite-loss.ts';
import { sessionKey } from '../live/keys.ts';
import { sessionEnded, tryAgainLater } from './close-codes.ts';
import { claimedSession } from './cookie.ts';

const lookAgainMs = 250;
/** Node takes a longer one for none at all. */
const longestTimerMs = 2 ** 31 - 1;

type Parts = { readonly sessions: Sessions; readonly bell: Bell; readonly retry: Retry; readonly log: Logger };

/**
 * Closes a socket when its session ends or expires; one that was opened without a session is a visitor's and stays open. Resolves when
 * the socket is closed, or at once for a visitor.
 */
export const closeWhenSessionEnds = async ({ socket, request }: Extra, { sessions, bell, retry, log }: Parts): Promise<void> => {
  const claimed = claimedSession(request);
  if (claimed === undefined) return;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  const lookUp = (): Promise<Date | undefined> => despiteLoss(retry, () => sessions.endOf(claimed), closed.signal);
  using ending = bell.waitFor([sessionKey(claimed)]);
  let expiry: NodeJS.Timeout | undefined;
  try {
    let end = await lookUp();
    if (!end) return;
    while (end) {
      // The database's clock decides, which may be behind this one; and the session may have been used meanwhile. Then there is another end.
      const waitMs = Math.max(lookAgainMs, end.getTime() - Date.now());
      expiry = setTimeout(() => ending.wake(), Math.min(waitMs, longestTimerMs));
      await ending.wait(closed.signal);
      clearTimeout(expiry);
      if (closed.signal.aborted) return;
      end = await lookUp();
    }
    socket.close(sessionEnded, 'the session has ended');
  } catch (error) {
    if (closed.signal.aborted) return;
    // Whether the session is over cannot be told: what is open is closed rather than left open.
    log.warn({ err: error }, 'a session could not be looked up: its socket is closed');
    socket.close(tryAgainLater, 'try again, from your cursor');
  } finally {
    clearTimeout(expiry);
  }
};
