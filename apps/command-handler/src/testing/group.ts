/** Who of a consumer group holds which partitions. */
import kafkajs from 'kafkajs';
import { kafkajsClient, type Connection } from '@bank/messaging';

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
