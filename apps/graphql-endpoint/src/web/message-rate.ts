/** How many messages a socket may send. */
import type { WebSocket } from 'ws';
import { tooManyMessages } from './close-codes.ts';

const windowMs = 10_000;

/** Closes a socket that sends more than so many messages within ten seconds; what it goes on to send is not read. */
export const closeWhenTooBusy = (socket: WebSocket, mostMessages: number): void => {
  let windowEnds = 0;
  let messages = 0;
  socket.on('message', () => {
    const now = Date.now();
    if (now >= windowEnds) {
      windowEnds = now + windowMs;
      messages = 0;
    }
    messages += 1;
    if (messages <= mostMessages) return;
    socket.removeAllListeners('message');
    socket.close(tooManyMessages, 'too many messages');
  });
};
