/** The network between a browser and the bank, which can fail. */
import { once } from 'node:events';
import { createServer, connect, type Socket } from 'node:net';
import { listen } from './port.ts';

/** How a network fails: so that both ends are told, or so that nobody hears anything. */
export type Cut = 'dropped' | 'stalled';

/** One that answers at an address of its own, for the bank at another. */
export type Proxy = {
  readonly url: string;
  /** Fails from now on: `dropped` ends every connection and refuses new ones, `stalled` keeps them and carries nothing. */
  readonly cut: (how: Cut) => void;
  /** Works again: what was stalled goes on. */
  readonly mend: () => void;
} & AsyncDisposable

const noMatter = (): void => undefined;

/** Starts a proxy on a free port of this machine. */
export const startProxy = async (target: string): Promise<Proxy> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let state: Cut | 'well' = 'well';

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // Whoever is cut off gets an error: that is the point.
    return socket.on('error', noMatter).on('close', () => sockets.delete(socket));
  };

  const server = createServer(near => {
    if (state === 'dropped') {
      near.on('error', noMatter).resetAndDestroy();
      return;
    }
    keep(near);
    const far = keep(connect(Number(port), hostname));
    const carry = (from: Socket, to: Socket): void => {
      from.on('data', data => to.write(data)).on('end', () => to.end()).on('close', () => to.destroy());
      if (state === 'stalled') from.pause();
    };
    carry(near, far);
    carry(far, near);
  });
  const ownPort = await listen(server);

  return {
    url: `http://127.0.0.1:${ownPort}`,
    cut(how) {
      state = how;
      for (const socket of sockets) {
        if (how === 'stalled') socket.pause();
        else socket.resetAndDestroy();
      }
    },
    mend() {
      state = 'well';
      for (const socket of sockets) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
