/** Who of a consumer group holds which partitions, and the group's end. */
import kafkajs from 'kafkajs';
import { vi } from 'vitest';
import { forgetGroup, kafkajsClient, type Connection } from '@bank/messaging';

// Node does not see this name in the package's CommonJS: it comes with its default.
const { AssignerProtocol } = kafkajs;

/** The partitions of each member, as `topic/partition`; none while the group is handing them out. */
export const partitionsOfMembers = async (connection: Connection, group: string): Promise<readonly (readonly string[])[]> => {
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    const { groups: [described] } = await admin.describeGroups([`${connection.topicPrefix}${group}`]);
    if (described?.state !== 'Stable') return [];
    return described.members.map(({ memberAssignment }) => {
      const assigned = Object.entries(AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {});
      return assigned.flatMap(([topic, partitions]) => partitions.map(partition => `${topic.slice(connection.topicPrefix.length)}/${partition}`));
    });
  } finally {
    await admin.disconnect();
  }
};

/** Has a group forget all its offsets when nobody is in it any more: who could not take leave in time stays a member until its session ends. */
export const forgetEmptyGroup = (connection: Connection, group: string): Promise<void> =>
  vi.waitFor(() => forgetGroup(connection, group), { timeout: 90_000, interval: 500 });
