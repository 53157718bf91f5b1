/**
 * What one socket has open. The library knows operations by the id that the client gave them, and loses one whose id is used again before
 * it has ended; here each counts until it has, and none outlives its socket.
 */
import type { WebSocket } from 'ws';

/** The part of an operation that is its own, unlike its id: its payload. */
type Operation = object;

type Stream = AsyncIterable<unknown> & Pick<AsyncIterator<unknown>, 'return'>;

export class Operations {
  readonly #most: number;
  readonly #open = new Map<Operation, Stream | undefined>();
  #isClosed = false;

  /** @param most how many may be open at the same time */
  constructor(socket: Pick<WebSocket, 'once'>, most: number) {
    this.#most = most;
    socket.once('close', () => {
      this.#isClosed = true;
      for (const stream of this.#open.values()) void stream?.return?.();
      this.#open.clear();
    });
  }

  /** Whether there is room for the operation, which is open from now on. */
  open(operation: Operation): boolean {
    if (this.#open.size >= this.#most) return false;
    this.#open.set(operation, undefined);
    return true;
  }

  /** Says what the operation streams; it is ended with the socket, which may have been closed meanwhile. */
  streams(operation: Operation, stream: Stream): void {
    if (this.#isClosed) void stream.return?.();
    else this.#open.set(operation, stream);
  }

  /** Says that the operation has ended. */
  end(operation: Operation): void {
    this.#open.delete(operation);
  }
}
