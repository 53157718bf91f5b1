/** Leaving a broker that does not answer any more: whoever is told to stop has no time for it. */
import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createSuite, synchronize } from '@bank/stack';
import { installedClients, portOf } from './clients.ts';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';
import type { ConsumerSink } from './port.ts';
import { openWay } from './testing/way.ts';

/** Leaving takes a few seconds, on a busy machine some more; a client that waits for an answer does so for half a minute. */
const patienceMs = 15_000;

describe.each(installedClients())('who leaves a broker that hangs, with %s,', client => {
  let connection: Connection;

  beforeAll(async () => {
    const suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('leaving-spec', z.object(messagingVariables).parse({ ...suite.env, KAFKA_CLIENT: client }));
  });

  /** Connects, lets the broker hang while something is asked of it, and gives the milliseconds that leaving takes. */
  const timeToLeave = async <P extends AsyncDisposable>(join: (hanging: Connection) => Promise<P>, ask: (port: P) => void): Promise<number> => {
    let isHanging = false;
    await using way = await openWay(connection.brokers[0] ?? '', () => (isHanging ? 'hold back' : 'hand on'));
    const port = await join({ ...connection, brokers: [way.address] });
    isHanging = true;
    ask(port);
    const startedMs = performance.now();
    await port[Symbol.asyncDispose]();
    return performance.now() - startedMs;
  };

  it('does so without its answer as a consumer', async () => {
    const joined = Promise.withResolvers<void>();
    const sink: ConsumerSink = { assigned: () => joined.resolve(), deliver: () => undefined, room: () => Promise.resolve(true), heard: () => undefined, interrupted: () => undefined, failed: joined.reject };
    const topic = `${connection.topicPrefix}heartbeat`;
    const join = async (hanging: Connection) => {
      const port = await portOf(hanging);
      const consumer = await port.connectConsumer({ group: `${connection.topicPrefix}leaving`, topics: [topic], from: 'end', sessionTimeoutMs: 6_000 }, sink);
      await joined.promise;
      return consumer;
    };
    expect(await timeToLeave(join, port => void port.commit([{ topic, partition: 0, offset: 0n }]).catch(() => undefined))).toBeLessThan(patienceMs);
  });

  it('does so without its answer as a producer', async () => {
    const join = async (hanging: Connection) => (await portOf(hanging)).connectProducer([]);
    const message = { topic: `${connection.topicPrefix}heartbeat`, partition: 0, key: null, value: null, headers: {} };
    expect(await timeToLeave(join, port => void port.send([message]).catch(() => undefined))).toBeLessThan(patienceMs);
  });
});
