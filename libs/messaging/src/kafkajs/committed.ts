/** How far a consumer group has committed, for those who compare it with what they keep themselves. */
import type { Connection } from '../connection.ts';
import type { Position } from '../port.ts';
import { kafkajsClient } from './client.ts';

/** The next offsets that a group would read, of the partitions for which it has committed any; topics bear no prefix. */
export const committedOffsets = async (connection: Connection, group: string, topics: readonly string[]): Promise<readonly Position[]> => {
  const { topicPrefix } = connection;
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    const found = await admin.fetchOffsets({ groupId: `${topicPrefix}${group}`, topics: topics.map(topic => `${topicPrefix}${topic}`) });
    const positions = found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic: topic.slice(topicPrefix.length), partition, offset: BigInt(offset) })),
    );
    return positions.filter(({ offset }) => offset >= 0n);
  } finally {
    await admin.disconnect();
  }
};

/**
 * Lets a group that has no members begin anew, as if it had never committed.
 *
 * @throws kafkajs's error when the group has members
 */
export const forgetGroup = async (connection: Connection, group: string): Promise<void> => {
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    await admin.deleteGroups([`${connection.topicPrefix}${group}`]);
  } finally {
    await admin.disconnect();
  }
};
