/** A way to a broker for specs. The broker is real; its answers may be changed, or lost, on the way. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform } from 'node:stream';

/** An answer as it came, with its size before it, and the request that it is to: its kind and version by their numbers in Kafka's protocol. */
export type Answer = { readonly message: Buffer; readonly key: number; readonly version: number };

/** What becomes of an answer: it goes on its way, never comes, or the connection ends in its place. */
export type Fate = 'hand on' | 'hold back' | 'end';

/** Hands on each message of Kafka's protocol, whole, or does with it what `visit` says. */
const eachMessage = (visit: (message: Buffer) => Fate): Transform => {
  let rest = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const end = 4 + rest.readInt32BE(0);
        const message = rest.subarray(0, end);
        rest = rest.subarray(end);
        const fate = visit(message);
        if (fate === 'end') return void this.push(null);
        if (fate === 'hand on') this.push(message);
      }
      done();
    },
  });
};

/** How a broker tells where it is: its host, then its port. */
const addressAt = (host: string, port: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(port);
  return Buffer.concat([Buffer.from(host), bytes]);
};

/**
 * Opens a way; the broker is told to be at its end, so that clients stay on it.
 *
 * @param pass sees each answer, may change it, and says what becomes of it
 */
export const openWay = async (broker: string, pass: (answer: Answer) => Fate): Promise<AsyncDisposable & { readonly address: string }> => {
  const [host = '', port] = broker.split(':');
  let ownPort = 0;
  const open = new Set<Socket>();
  const server = createServer(client => {
    open.add(client);
    const socket = connect(Number(port), host);
    const asked = new Map<number, { readonly key: number; readonly version: number }>();
    const requests = eachMessage(message => {
      asked.set(message.readInt32BE(8), { key: message.readInt16BE(4), version: message.readInt16BE(6) });
      return 'hand on';
    });
    const answers = eachMessage(message => {
      const at = message.indexOf(addressAt(host, Number(port)));
      if (at >= 0) message.writeInt32BE(ownPort, at + host.length);
      const request = asked.get(message.readInt32BE(4));
      return request ? pass({ message, ...request }) : 'hand on';
    });
    // Either end may go first.
    client.on('error', () => socket.destroy()).pipe(requests).pipe(socket);
    socket.on('error', () => client.destroy()).pipe(answers).pipe(client);
  }).listen(0, host);
  await once(server, 'listening');
  ({ port: ownPort } = server.address() as AddressInfo);
  return {
    address: `${host}:${ownPort}`,
    [Symbol.asyncDispose]: async () => {
      // Clients may have left without a word.
      for (const client of open) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
