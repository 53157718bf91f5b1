/** What becomes of a consumer whose request to join its group the broker answers with an error. The broker is real; its answer is changed on the way. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize } from '@bank/stack';
import { clients, portOf } from './clients.ts';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';

const joinGroup = 11;
/** From this version on there is a byte more before the error of an answer to it. */
const firstTagged = 6;

/** Hands on each message of Kafka's protocol, whole, as what `change` makes of it. */
const eachMessage = (change: (message: Buffer) => Buffer): Transform => {
  let rest = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const end = 4 + rest.readInt32BE(0);
        this.push(change(rest.subarray(0, end)));
        rest = rest.subarray(end);
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

/** A way to the broker, which tells that it is there, and on which the first request to join a group is answered with an error. */
const startWay = async (broker: string, errorCode: number): Promise<AsyncDisposable & { readonly address: string }> => {
  let isAnswered = false;
  const [host = '', port] = broker.split(':');
  const server = createServer(client => {
    const socket = connect(Number(port), host);
    const joins = new Map<number, number>();
    const requests = eachMessage(message => {
      if (message.readInt16BE(4) === joinGroup) joins.set(message.readInt32BE(8), message.readInt16BE(6));
      return message;
    });
    const answers = eachMessage(message => {
      const at = message.indexOf(addressAt(host, Number(port)));
      if (at >= 0) message.writeInt32BE(ownPort(), at + host.length);
      const version = joins.get(message.readInt32BE(4));
      if (isAnswered || version === undefined) return message;
      isAnswered = true;
      // Behind the size, the request's id and a throttle time.
      message.writeInt16BE(errorCode, version < firstTagged ? 12 : 13);
      return message;
    });
    // Either end may go first.
    client.on('error', () => socket.destroy()).pipe(requests).pipe(socket);
    socket.on('error', () => client.destroy()).pipe(answers).pipe(client);
  }).listen(0, host);
  const ownPort = (): number => (server.address() as AddressInfo).port;
  await once(server, 'listening');
  return {
    address: `${host}:${ownPort()}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

describe.each(clients)('a consumer of %s whose request to join is answered with', { timeout: 30_000 }, client => {
  let connection: Connection;

  beforeAll(async () => {
    const suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('consumer-spec', z.object(messagingVariables).parse({ ...suite.env, KAFKA_CLIENT: client }));
  });

  /** Joins by a way of its own until something is told that matters, and gives what was told, in order. */
  const join = async (errorCode: number, isEnough: (told: readonly string[]) => boolean): Promise<readonly string[]> => {
    await using way = await startWay(connection.brokers[0] ?? '', errorCode);
    const port = await portOf({ ...connection, brokers: [way.address] });
    const told: string[] = [];
    const enough = Promise.withResolvers<void>();
    const tell = (what: string): void => {
      told.push(what);
      if (isEnough(told)) enough.resolve();
    };
    const options = { group: `${connection.topicPrefix}joining-${errorCode}`, topics: [`${connection.topicPrefix}money_transfer_feedback`], from: 'end', sessionTimeoutMs: 6_000 } as const;
    await using resources = new AsyncDisposableStack();
    resources.use(await port.connectConsumer(options, {
      assigned: partitions => tell(`assigned ${partitions.length > 0}`),
      interrupted: error => tell(`interrupted: ${error.message}`),
      failed: error => tell(`failed: ${error.message}`),
      heard: () => undefined,
      deliver: () => undefined,
      room: () => Promise.resolve(true),
    }));
    await enough.promise;
    return told;
  };

  it('an error that passes joins all the same, also when its client has given up', async () => {
    const unknown = -1;
    const told = await join(unknown, all => all.at(-1)?.startsWith('assigned') === true);
    expect(told).toEqual([expect.stringMatching(/^interrupted: .*unexpected/), 'assigned true']);
  });

  it('a refusal is lost for good', async () => {
    const groupAuthorizationFailed = 30;
    const told = await join(groupAuthorizationFailed, all => all.length > 0);
    expect(told).toEqual([expect.stringMatching(/^failed: .*authoriz/i)]);
  });
});
