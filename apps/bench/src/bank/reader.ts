/** Reading what a bank answers from now on. */
import { randomUUID } from 'node:crypto';
import { Consumer, kafkajsClient, type Connection } from '@bank/messaging';
import type { RecordTopic } from '@bank/topology';
import { Watermarks } from './watermarks.ts';

/** A consumer of all that is written to topics after this call, in a group of its own. */
export const readFromNow = async <T extends RecordTopic>(connection: Connection, topics: readonly T[]): Promise<Consumer<T>> => {
  const group = `bench-reader-${randomUUID()}`;
  await using watermarks = await Watermarks.connect(connection);
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    // A new group would start at the end as it is when it first fetches: what is written before that would be missed.
    for (const topic of topics) {
      const partitions = [...(await watermarks.of(topic))].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await admin.setOffsets({ groupId: `${connection.topicPrefix}${group}`, topic: `${connection.topicPrefix}${topic}`, partitions });
    }
  } finally {
    await admin.disconnect();
  }
  return await Consumer.connect(connection, { group, topics, from: 'beginning' });
};
