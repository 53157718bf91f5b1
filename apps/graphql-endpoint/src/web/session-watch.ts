/** A socket lives no longer than the session that it was opened under, on whatever instance the log-out happens. */
import type { Extra } from 'graphql-ws/use/ws';
import type { Logger } from '@bank/service';
import type { Sessions } from '../identity/sessions.ts';
import type { Bell } from '../live/bell.ts';
import { sessionKey } from '../live/keys.ts';
import { sessionEnded, tryAgainLater } from './close-codes.ts';
import { claimedSession } from './cookie.ts';

const lookAgainMs = 1_000;

type Parts = { readonly sessions: Sessions; readonly bell: Bell; readonly log: Logger };

/**
 * Closes a socket when its session ends or expires; one that was opened without a session is a visitor's and stays open. Resolves when
 * the socket is closed, or at once for a visitor.
 */
export const closeWhenSessionEnds = async ({ socket, request }: Extra, { sessions, bell, log }: Parts): Promise<void> => {
  const claimed = claimedSession(request);
  if (claimed === undefined) return;
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  using ending = bell.waitFor([sessionKey(claimed)]);
  let expiry: NodeJS.Timeout | undefined;
  try {
    let session = await sessions.find(claimed);
    if (!session) return;
    while (session) {
      // The database's clock decides, which may be behind this one: then it is looked up again a little later.
      expiry = setTimeout(() => ending.wake(), Math.max(lookAgainMs, session.expiresAt.getTime() - Date.now()));
      await ending.wait(closed.signal);
      clearTimeout(expiry);
      if (closed.signal.aborted) return;
      session = await sessions.find(claimed);
    }
    socket.close(sessionEnded, 'the session has ended');
  } catch (error) {
    // Whether the session is over cannot be told: what is open is closed rather than left open.
    log.warn({ err: error }, 'a session could not be looked up: its socket is closed');
    socket.close(tryAgainLater, 'try again, from your cursor');
  } finally {
    clearTimeout(expiry);
  }
};
