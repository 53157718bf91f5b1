/** How far a consumer group has committed and how far topics go, for those who compare it with what they keep themselves. */
import type { Admin } from 'kafkajs';
import { assertAdmitted, type Wanted } from '../admission/admission.ts';
import { brokerErrorOf } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import type { Position, TopicPartition } from '../port.ts';
import { kafkajsClient } from './client.ts';

/** The next offsets that a group would read, of the partitions for which it has committed any; topics bear no prefix. */
export const committedOffsets = (connection: Connection, group: string, topics: readonly string[]): Promise<readonly Position[]> => {
  const prefixed = topics.map(topic => `${connection.topicPrefix}${topic}`);
  const groupId = `${connection.topicPrefix}${group}`;
  return withAdmin(connection, { read: prefixed, group: groupId }, async admin => {
    const found = await admin.fetchOffsets({ groupId, topics: prefixed });
    const positions = found.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => ({ topic: topic.slice(connection.topicPrefix.length), partition, offset: BigInt(offset) })),
    );
    return positions.filter(({ offset }) => offset >= 0n);
  });
};

/** What stands on a partition: from the first offset on, before the next one. */
export type TopicOffsets = TopicPartition & { readonly first: bigint; readonly next: bigint };

/** How far some topics go; they bear no prefix. */
export const topicOffsets = (connection: Connection, topics: readonly string[]): Promise<readonly TopicOffsets[]> =>
  withAdmin(connection, {}, async admin => {
    const found = topics.map(async topic => {
      const partitions = await admin.fetchTopicOffsets(`${connection.topicPrefix}${topic}`);
      return partitions.map(({ partition, low, high }) => ({ topic, partition, first: BigInt(low), next: BigInt(high) }));
    });
    return (await Promise.all(found)).flat();
  });

/**
 * Lets a group that has no members begin anew, as if it had never committed.
 *
 * @throws kafkajs's error when the group has members
 */
export const forgetGroup = (connection: Connection, group: string): Promise<void> =>
  withAdmin(connection, {}, async admin => {
    try {
      await admin.deleteGroups([`${connection.topicPrefix}${group}`]);
    } catch (error) {
      if (!isUnknownGroup(error)) throw error;
    }
  });

/** Asks the brokers something. @throws RefusedError when they refuse this service */
const withAdmin = async <R>(connection: Connection, wanted: Wanted, ask: (admin: Admin) => Promise<R>): Promise<R> => {
  await assertAdmitted(connection, wanted);
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
};

/** A group that is not there has nothing to forget. kafkajs tells what is wrong with each group it was to delete. */
const isUnknownGroup = (error: unknown): boolean =>
  error instanceof Error && 'groups' in error && Array.isArray(error.groups) &&
  error.groups.every((group: { readonly error?: unknown }) => brokerErrorOf(group.error) === 'GROUP_ID_NOT_FOUND');
