/** What the user is told about the connection. */
import type { ConnectionState } from './connection.ts';

export type Notice =
  | 'none'
  /** The browser has no network. */
  | 'offline'
  /** There is a network, but no live connection. */
  | 'lost'
  /** It was offline or lost, and no longer is. */
  | 'back';

/** @param before what the user is told so far: only who knew that it was lost is told that it is back */
export const noticeAfter = (before: Notice, isOnline: boolean, state: ConnectionState): Notice => {
  if (!isOnline) return 'offline';
  if (state === 'lost') return 'lost';
  return before === 'none' ? 'none' : 'back';
};
