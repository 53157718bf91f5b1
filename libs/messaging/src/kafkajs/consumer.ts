/** The consumer port on kafkajs. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { isRebalancing, isRefusal } from '../broker-error.ts';
import { leave } from '../leave.ts';
import type { ConsumerOptions, ConsumerPort, ConsumerSink, IncomingMessage, Position } from '../port.ts';
import type { DecodedHeaders } from './decode-record.ts';

/** How long the broker is left alone when kafkajs has given up. */
const runAgainMs = 1_000;

/** How long a full queue is waited for before the group is told that this consumer lives. */
const waitForRoomMs = 500;

/** Joins a group and delivers to a sink until disposed. Offsets are committed only by `commit`. */
export const connectKafkajsConsumer = async (kafka: Kafka, options: ConsumerOptions, sink: ConsumerSink): Promise<ConsumerPort> => {
  const consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout: options.sessionTimeoutMs,
    heartbeatInterval: Math.floor(options.sessionTimeoutMs / 3),
    // Long waits would only delay a disconnect: with minBytes 1 a message is delivered at once anyway.
    maxWaitTimeInMs: 300,
    // Some hundred messages of each partition: what is fetched is decoded at once, and more would only grow old in memory.
    maxBytesPerPartition: 128 * 1024,
    allowAutoTopicCreation: false,
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const partitions = Object.entries(memberAssignment).flatMap(([topic, of]) => of.map(partition => ({ topic, partition })));
    sink.assigned(partitions);
  });
  consumer.on(consumer.events.HEARTBEAT, () => sink.heard());
  // A commit while it joins again kafkajs drops without a word; only what was committed it tells.
  let commits = 0;
  consumer.on(consumer.events.COMMIT_OFFSETS, () => {
    commits += 1;
  });
  const run = (): Promise<void> => consumer.run({ autoCommit: false, eachBatch: payload => deliver(payload, sink) });
  const leaving = new AbortController();
  const runAgain = async (): Promise<void> => {
    // An aborted wait is all that can fail here.
    await wait(runAgainMs, undefined, { signal: leaving.signal }).catch(() => undefined);
    if (!leaving.signal.aborted) await run();
  };
  consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
    if (isRefusal(error)) sink.failed(error);
    else {
      sink.interrupted(error);
      if (!restart) runAgain().catch(sink.failed);
    }
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: options.from === 'beginning' });
    await run();
  } catch (error) {
    await leave(consumer);
    throw error;
  }

  return {
    commit: async next => {
      const before = commits;
      try {
        await consumer.commitOffsets(next.map(asText));
        return commits > before;
      } catch (error) {
        if (!isRebalancing(error)) throw error;
        return false;
      }
    },
    [Symbol.asyncDispose]: () => {
      leaving.abort();
      return leave(consumer);
    },
  };
};

/** Hands one partition's messages to the sink, and holds back while it is full. */
const deliver = async (payload: EachBatchPayload, sink: ConsumerSink): Promise<void> => {
  const { batch } = payload;
  const isVoid = (): boolean => !payload.isRunning() || payload.isStale();
  while (!(await sink.room(waitForRoomMs))) {
    if (isVoid()) return;
    await payload.heartbeat();
  }
  if (isVoid()) return;
  sink.deliver(batch.messages.map(message => incoming(batch.topic, batch.partition, message)));
};

const incoming = (topic: string, partition: number, message: KafkaMessage): IncomingMessage => ({
  topic,
  partition,
  offset: BigInt(message.offset),
  key: message.key,
  value: message.value,
  headers: headersOf(message.headers as DecodedHeaders | undefined),
  timestampMs: Number(message.timestamp),
});

/** Our own decoder made them, whatever kafkajs's types say; records of Kafka's old formats have none. */
const headersOf = (headers: DecodedHeaders | undefined): IncomingMessage['headers'] => {
  const all = Object.create(null) as Record<string, readonly (Buffer | null)[]>;
  for (const name in headers) {
    const value = headers[name] ?? null;
    all[name] = Array.isArray(value) ? value : [value];
  }
  return all;
};

const asText = ({ topic, partition, offset }: Position): { topic: string; partition: number; offset: string } => ({
  topic,
  partition,
  offset: String(offset),
});
