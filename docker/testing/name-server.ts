/** A name server, in place of Docker's own: every name has the same addresses. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export type NameServer = AsyncDisposable & { readonly port: number };

const headerBytes = 12;
const recursionAvailable = 0x8180;
const typeA = 1;
const classIn = 1;
const secondsToLive = 1;

export const startNameServer = async (addresses: readonly string[]): Promise<NameServer> => {
  const socket = createSocket('udp4');
  socket.on('message', (query, { address, port }) => socket.send(answerTo(query, addresses), port, address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };
};

/** The query's header and question again, and an address record for each address (RFC 1035, 4.1). */
const answerTo = (query: Buffer, addresses: readonly string[]): Buffer => {
  const endOfQuestion = query.indexOf(0, headerBytes) + 5;
  const head = Buffer.from(query.subarray(0, endOfQuestion));
  head.writeUInt16BE(recursionAvailable, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  const records = addresses.map(address => {
    const record = Buffer.alloc(16);
    // The name is that of the question: a pointer to where it stands.
    record.writeUInt16BE(0xc000 | headerBytes, 0);
    record.writeUInt16BE(typeA, 2);
    record.writeUInt16BE(classIn, 4);
    record.writeUInt32BE(secondsToLive, 6);
    record.writeUInt16BE(4, 10);
    record.set(address.split('.').map(Number), 12);
    return record;
  });
  return Buffer.concat([head, ...records]);
};
