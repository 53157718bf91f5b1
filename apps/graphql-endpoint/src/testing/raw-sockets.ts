/** Clients that keep to no protocol: sockets on which whatever bytes are sent. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

/** Connects, and resolves when it has; what comes is dropped, what goes wrong is not told. */
export const connectRaw = async (url: string, first: string | Buffer = ''): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  const socket = createConnection(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.resume();
  socket.write(first);
  return socket;
};

/** The request that makes a WebSocket of a connection. */
export const upgradeRequest = (url: string): string =>
  [
    'GET /graphql HTTP/1.1',
    `host: ${new URL(url).host}`,
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    'sec-websocket-protocol: graphql-transport-ws',
    '\r\n',
  ].join('\r\n');

/** Connects as a WebSocket, and resolves when the server has agreed; from then on bytes are frames. */
export const connectRawWebSocket = async (url: string): Promise<Socket> => {
  const socket = await connectRaw(url);
  const agreed = once(socket, 'data');
  socket.write(upgradeRequest(url));
  await agreed;
  return socket;
};

/** Resolves when the other side has closed it. */
export const closeOf = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await once(socket, 'close');
};
