/** What becomes of a consumer whose request to join its group the broker answers with an error. The broker is real; its answer is changed on the way. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize } from '@bank/stack';
import { connectionOf, messagingVariables, type Connection } from '../connection.ts';
import { connectKafkajsConsumer } from './consumer.ts';
import { Kafka, logLevel } from './kafkajs.ts';

const joinGroup = 11;

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

/** A way to the broker on which the first request to join a group is answered with an error. */
const startWay = async (broker: string, errorCode: number): Promise<AsyncDisposable & { readonly port: number }> => {
  let isAnswered = false;
  const server = createServer(client => {
    const [host, port] = broker.split(':');
    const socket = connect(Number(port), host);
    const joins = new Set<number>();
    const requests = eachMessage(message => {
      if (message.readInt16BE(4) === joinGroup) joins.add(message.readInt32BE(8));
      return message;
    });
    const answers = eachMessage(message => {
      if (isAnswered || !joins.has(message.readInt32BE(4))) return message;
      isAnswered = true;
      // Behind the size, the request's id and a throttle time.
      message.writeInt16BE(errorCode, 12);
      return message;
    });
    // Either end may go first.
    client.on('error', () => socket.destroy()).pipe(requests).pipe(socket);
    socket.on('error', () => client.destroy()).pipe(answers).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

describe('a consumer whose request to join is answered with', { timeout: 30_000 }, () => {
  let connection: Connection;

  beforeAll(async () => {
    const suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('consumer-spec', z.object(messagingVariables).parse(suite.env));
  });

  /** Joins by a way of its own until something is told that matters, and gives what was told, in order. */
  const join = async (errorCode: number, isEnough: (told: readonly string[]) => boolean): Promise<readonly string[]> => {
    await using way = await startWay(connection.brokers[0] ?? '', errorCode);
    const kafka = new Kafka({
      brokers: [...connection.brokers],
      logLevel: logLevel.NOTHING,
      socketFactory: ({ onConnect }) => connect(way.port, '127.0.0.1', onConnect),
    });
    const told: string[] = [];
    const enough = Promise.withResolvers<void>();
    const tell = (what: string): void => {
      told.push(what);
      if (isEnough(told)) enough.resolve();
    };
    const options = { group: `${connection.topicPrefix}joining-${errorCode}`, topics: [`${connection.topicPrefix}money_transfer_feedback`], from: 'end', sessionTimeoutMs: 6_000 } as const;
    await using resources = new AsyncDisposableStack();
    resources.use(await connectKafkajsConsumer(kafka, options, {
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

  it('an error that passes joins all the same, also when kafkajs has given up', async () => {
    const unknown = -1;
    const told = await join(unknown, all => all.at(-1)?.startsWith('assigned') === true);
    expect(told).toEqual([expect.stringMatching(/^interrupted: .*unexpected/), 'assigned true']);
  });

  it('a refusal is lost for good', async () => {
    const groupAuthorizationFailed = 30;
    const told = await join(groupAuthorizationFailed, all => all.length > 0);
    expect(told).toEqual([expect.stringMatching(/^failed: Not authorized to access group/)]);
  });
});
