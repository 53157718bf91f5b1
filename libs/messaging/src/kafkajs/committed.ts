/** How far a consumer group has committed and how far topics go, for those who compare it with what they keep themselves. */
import { brokerErrorOf } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import type { Position, TopicPartition } from '../port.ts';
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

/** What stands on a partition: from the first offset on, before the next one. */
export type TopicOffsets = TopicPartition & { readonly first: bigint; readonly next: bigint };

/** How far some topics go; they bear no prefix. */
export const topicOffsets = async (connection: Connection, topics: readonly string[]): Promise<readonly TopicOffsets[]> => {
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    const found = topics.map(async topic => {
      const partitions = await admin.fetchTopicOffsets(`${connection.topicPrefix}${topic}`);
      return partitions.map(({ partition, low, high }) => ({ topic, partition, first: BigInt(low), next: BigInt(high) }));
    });
    return (await Promise.all(found)).flat();
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
  } catch (error) {
    if (!isUnknownGroup(error)) throw error;
  } finally {
    await admin.disconnect();
  }
};

/** A group that is not there has nothing to forget. kafkajs tells what is wrong with each group it was to delete. */
const isUnknownGroup = (error: unknown): boolean =>
  error instanceof Error && 'groups' in error && Array.isArray(error.groups) &&
  error.groups.every((group: { readonly error?: unknown }) => brokerErrorOf(group.error) === 'GROUP_ID_NOT_FOUND');
