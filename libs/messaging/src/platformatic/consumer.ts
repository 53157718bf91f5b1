/** The consumer port on @platformatic/kafka: its membership of groups, and its fetches instead of its streams, which give messages one by one. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionPool, Consumer } from '@platformatic/kafka';
import { isRebalancing, isRefusal } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { ConsumerOptions, ConsumerPort, ConsumerSink, TopicPartition } from '../port.ts';
import { clientOptions, plainError } from './client.ts';
import { Reading } from './reading.ts';

/** How long the broker is left alone when it has not answered as it should. */
const againMs = 1_000;

/** Until when members may take part in handing out the partitions anew, unless a session is longer. */
const rebalanceTimeoutMs = 60_000;

/** Partitions that are held, until others are or none. */
type Holding = { readonly partitions: readonly TopicPartition[]; readonly over: AbortController };

/** Joins a group and delivers to a sink until disposed. Offsets are committed only by `commit`. */
export const connectPlatformaticConsumer = async (connection: Connection, options: ConsumerOptions, sink: ConsumerSink): Promise<ConsumerPort> => {
  const { consumer, connections } = makeClient(connection, options);
  const close = async (running?: Promise<void>): Promise<void> => {
    await leave({ disconnect: () => consumer.close(true) });
    // It keeps its connections when it could not leave the group.
    await leave({ disconnect: () => Promise.all([consumer.connections.close(), connections.close(), running]) });
  };
  try {
    // Whether there is a broker, and the topics are there.
    await consumer.metadata({ topics: [...options.topics], retries: 5 });
  } catch (error) {
    await close();
    throw plainError(error);
  }

  const stopping = new AbortController();
  let holding: Holding | undefined;
  const hold = (next: Holding | undefined): void => {
    holding?.over.abort();
    holding = next;
  };
  let isInterrupted = false;
  const interrupt = (error: unknown): void => {
    if (stopping.signal.aborted) return;
    const why = plainError(error);
    if (isRefusal(error)) {
      stopping.abort();
      hold(undefined);
      sink.failed(why);
    } else {
      isInterrupted = true;
      sink.interrupted(why);
    }
  };

  consumer.on('consumer:group:join', ({ assignments = [] }) => {
    const partitions = assignments.flatMap(({ topic, partitions: numbers }) => numbers.map(partition => ({ topic, partition })));
    hold({ partitions, over: new AbortController() });
    isInterrupted = false;
    sink.assigned(partitions);
  });
  consumer.on('consumer:heartbeat:end', () => sink.heard());
  // A refusal; whatever else a heartbeat fails for passes, or ends in the group's having forgotten this member.
  consumer.on('consumer:heartbeat:error', ({ error }) => isRefusal(error) && interrupt(error));
  // When the group hands out its partitions anew, a heartbeat joins again. This is what that failed for: nobody else hears of it.
  consumer.on('error', error => {
    hold(undefined);
    interrupt(error);
  });

  const fetches = new Map<number, Promise<void>>();
  const read = async ({ partitions, over: { signal } }: Holding): Promise<void> => {
    if (partitions.length === 0) {
      await once(signal, 'abort');
      return;
    }
    const reading = await Reading.of(partitions, { consumer, connections, from: options.from, sink, fetches, signal });
    if (isInterrupted && !signal.aborted) {
      isInterrupted = false;
      sink.assigned(partitions);
    }
    await reading.untilOver();
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if (!holding) await consumer.joinGroup({});
        if (holding) await read(holding);
      } catch (error) {
        interrupt(error);
        // Another broker may have taken over what this one had.
        consumer.clearMetadata();
        await wait(againMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const running = run();

  return {
    commit: async next => {
      try {
        await consumer.commit({ offsets: next.map(position => ({ ...position, leaderEpoch: -1 })) });
        return true;
      } catch (error) {
        if (!isRebalancing(error)) throw plainError(error);
        return false;
      }
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      hold(undefined);
      await close(running);
    },
  };
};

const makeClient = (connection: Connection, { group, topics, sessionTimeoutMs }: ConsumerOptions): { readonly consumer: Consumer; readonly connections: ConnectionPool } => {
  const common = clientOptions(connection);
  const rebalanceTimeout = Math.max(rebalanceTimeoutMs, sessionTimeoutMs);
  const consumer = new Consumer({
    ...common,
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 3),
    // A request to join is answered when all members have joined.
    requestTimeout: rebalanceTimeout + 5_000,
    // By the name that kafkajs gives the same: members of either client share a group.
    protocols: [{ name: 'RoundRobinAssigner', version: 0 }],
    // It is told what failed at once: a commit that it tried again by itself could go through for partitions that another has by then.
    retries: 0,
    retryDelay: 200,
  });
  for (const topic of topics) consumer.topics.track(topic);
  return { consumer, connections: new ConnectionPool(connection.clientId, common) };
};
