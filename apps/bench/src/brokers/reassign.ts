/** Giving partitions to more brokers, as docs/how-to/add-a-broker.md tells. */
import { kafkajsClient, type Connection } from '@bank/messaging';

/** Has each partition of some topics kept by all of these brokers, the first of which in turn is its preferred leader. Kafka copies meanwhile. */
export const spreadOver = async (connection: Connection, topics: readonly string[], brokers: readonly number[]): Promise<void> => {
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    const described = await admin.fetchTopicMetadata({ topics: topics.map(topic => `${connection.topicPrefix}${topic}`) });
    await admin.alterPartitionReassignments({
      topics: described.topics.map(({ name, partitions }) => ({
        topic: name,
        partitionAssignment: partitions.map(({ partitionId: partition }) => {
          const first = partition % brokers.length;
          return { partition, replicas: [...brokers.slice(first), ...brokers.slice(0, first)] };
        }),
      })),
    });
  } finally {
    await admin.disconnect();
  }
};
