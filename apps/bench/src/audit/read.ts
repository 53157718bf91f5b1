/** Reading topics from their beginnings to where they ended when the reading began. */
import { randomUUID } from 'node:crypto';
import { Consumer, kafkajsClient, type Connection, type Position, type Received } from '@bank/messaging';
import { deadLetterHeaders, type RecordTopic, type TopicName } from '@bank/topology';
import { Watermarks } from '../bank/watermarks.ts';
import { partitionNameOf, placeIn } from './place.ts';

/** How long nothing may come of what is known to be there. */
const patienceMs = 30_000;

/** A group that nobody else is in and that leaves no trace: it commits nothing. */
const newGroup = (): string => `bench-audit-${randomUUID()}`;

/** Whether any of some topics no longer reaches back to its beginning. */
export const haveLostAny = async (connection: Connection, topics: readonly TopicName[]): Promise<boolean> => {
  await using watermarks = await Watermarks.connect(connection);
  for (const topic of topics) if (await watermarks.hasLost(topic)) return true;
  return false;
};

/** The next offset of every partition that has any message, by its name. */
const endsOf = async (connection: Connection, topics: readonly TopicName[]): Promise<Map<string, bigint>> => {
  await using watermarks = await Watermarks.connect(connection);
  const ends = new Map<string, bigint>();
  for (const topic of topics) {
    if (await watermarks.hasLost(topic)) throw new Error(`${topic} has lost its beginning: what came of that cannot be audited`);
    for (const [partition, end] of await watermarks.of(topic)) if (end > 0n) ends.set(partitionNameOf({ topic, partition }), end);
  }
  return ends;
};

/** Told how many messages of how many are read. */
export type OnRead = (read: number, of: number) => void;

/**
 * Reads topics, each partition in its order.
 *
 * @throws Error when retention has taken the beginning of one, or when messages do not come
 */
export const readAll = async <T extends RecordTopic>(
  connection: Connection,
  topics: readonly T[],
  take: (message: Received<T>) => void,
  onRead?: OnRead,
): Promise<void> => {
  const unread = await endsOf(connection, topics);
  const all = [...unread.values()].reduce((sum, end) => sum + Number(end), 0);
  let read = 0;
  await using consumer = await Consumer.connect(connection, { group: newGroup(), topics, from: 'beginning' });
  while (unread.size > 0) {
    const taken = await consumer.take({ max: 5_000, signal: AbortSignal.timeout(patienceMs) });
    if (taken.length === 0) throw new Error(`nothing came of ${[...unread.keys()].join(', ')} for ${patienceMs / 1_000} s`);
    for (const message of taken) {
      take(message);
      const name = partitionNameOf(message.raw);
      if (message.raw.offset + 1n >= (unread.get(name) ?? 0n)) unread.delete(name);
    }
    read += taken.length;
    onRead?.(Math.min(read, all), all);
  }
};

/** Reads the dead letters, which are no records: where each of them stood before. */
export const readDeadLetters = async (connection: Connection, take: (position: Position) => void): Promise<void> => {
  const [end] = (await endsOf(connection, ['dead_letters'])).values();
  if (end === undefined) return;
  const consumer = kafkajsClient(connection).consumer({ groupId: `${connection.topicPrefix}${newGroup()}`, maxWaitTimeInMs: 300 });
  const { promise: isRead, resolve, reject } = Promise.withResolvers<void>();
  const patience = setTimeout(() => reject(new Error('the dead letters could not be read')), patienceMs);
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: `${connection.topicPrefix}dead_letters`, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { messages } }) => {
        for (const { headers = {}, offset } of messages) {
          const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat()]));
          const position = placeIn(lists, deadLetterHeaders);
          if (position) take(position);
          if (BigInt(offset) + 1n >= end) resolve();
        }
        return Promise.resolve();
      },
    });
    await isRead;
  } finally {
    clearTimeout(patience);
    await consumer.disconnect();
  }
};
