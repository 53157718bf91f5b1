/** How far a consumer group has committed and how far topics go, for those who compare it with what they keep themselves. */
import type { Admin } from 'kafkajs';
import { assertAdmitted, explained, type Wanted } from '../admission/admission.ts';
import { brokerErrorOf } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import type { Position, TopicPartition } from '../port.ts';
import { kafkajsClient } from './client.ts';

/** Asks the brokers something. @throws RefusedError when they refuse this service */
const withAdmin = async <R>(connection: Connection, wanted: Wanted, ask: (admin: Admin) => Promise<R>): Promise<R> => {
  await assertAdmitted(connection, wanted);
  const admin = kafkajsClient(connection).admin();
  await explained(connection, () => admin.connect());
  try {
    return await ask(admin);
  } finally {
    await admin.disconnect();
  }
};

/** The next offsets that a group would read, of the partitions for which it has committed any; topics bear no prefix. */
export const committedOffsets = (connection: Connection, group: string, topics: readonly string[]): Promise<readonly Position[]> =>
  withAdmin(
    connection,
    { read: topics.map(topic => `${connection.topicPrefix}${topic}`), group: `${connection.topicPrefix}${group}` },
    admin => committedBy(admin, connection.topicPrefix, { group, topics }),
  );

type Workers = { readonly group: string; readonly topics: readonly string[] };

const committedBy = async (admin: Admin, prefix: string, { group, topics }: Workers): Promise<readonly Position[]> => {
  const found = await admin.fetchOffsets({ groupId: `${prefix}${group}`, topics: topics.map(topic => `${prefix}${topic}`) });
  const positions = found.flatMap(({ topic, partitions }) =>
    partitions.map(({ partition, offset }) => ({ topic: topic.slice(prefix.length), partition, offset: BigInt(offset) })),
  );
  return positions.filter(({ offset }) => offset >= 0n);
};

/** What stands on a partition: from the first offset on, before the next one. */
export type TopicOffsets = TopicPartition & { readonly first: bigint; readonly next: bigint };

/** How far some topics go; they bear no prefix. */
export const topicOffsets = (connection: Connection, topics: readonly string[]): Promise<readonly TopicOffsets[]> =>
  withAdmin(connection, {}, admin => offsetsOf(admin, connection.topicPrefix, topics));

const offsetsOf = async (admin: Admin, prefix: string, topics: readonly string[]): Promise<readonly TopicOffsets[]> => {
  const found = topics.map(async topic => {
    const partitions = await admin.fetchTopicOffsets(`${prefix}${topic}`);
    return partitions.map(({ partition, low, high }) => ({ topic, partition, first: BigInt(low), next: BigInt(high) }));
  });
  return (await Promise.all(found)).flat();
};

/** Of a topic: how many messages a group has not done with, and how many partitions have fewer copies in step than they should. */
export type GroupProgress = { readonly topic: string; readonly behind: number; readonly underReplicated: number };

/** How far a group is with some topics; they bear no prefix. */
export const groupProgress = (connection: Connection, group: string, topics: readonly string[]): Promise<readonly GroupProgress[]> =>
  withAdmin(connection, {}, async admin => {
    const { topicPrefix } = connection;
    const committed = new Map((await committedBy(admin, topicPrefix, { group, topics })).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
    const offsets = await offsetsOf(admin, topicPrefix, topics);
    const described = await admin.fetchTopicMetadata({ topics: topics.map(topic => `${topicPrefix}${topic}`) });
    return topics.map(topic => {
      const left = offsets.filter(of => of.topic === topic).map(({ partition, first, next }) => next - (committed.get(`${topic}/${partition}`) ?? first));
      const partitions = described.topics.find(({ name }) => name === `${topicPrefix}${topic}`)?.partitions ?? [];
      return {
        topic,
        behind: Number(left.reduce((sum, one) => sum + one, 0n)),
        underReplicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
      };
    });
  });

/**
 * Lets a group that has no members begin anew, as if it had never committed.
 *
 * @throws kafkajs's error when the group has members
 */
export const forgetGroup = async (connection: Connection, group: string): Promise<void> => {
  try {
    await withAdmin(connection, {}, admin => admin.deleteGroups([`${connection.topicPrefix}${group}`]));
  } catch (error) {
    if (!isUnknownGroup(error)) throw error;
  }
};

/** A group that is not there has nothing to forget. kafkajs tells what is wrong with each group it was to delete. */
const isUnknownGroup = (error: unknown): boolean =>
  error instanceof Error && 'groups' in error && Array.isArray(error.groups) &&
  error.groups.every((group: { readonly error?: unknown }) => brokerErrorOf(group.error) === 'GROUP_ID_NOT_FOUND');
