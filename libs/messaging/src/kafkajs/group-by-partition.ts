/** Messages by their partition. kafkajs's own function copies all that it has grouped so far for each message. */

export type Grouping<M> = {
  readonly topic: string;
  readonly partitionMetadata: readonly unknown[];
  readonly messages: readonly M[];
  readonly partitioner: (options: { readonly topic: string; readonly partitionMetadata: readonly unknown[]; readonly message: M }) => number;
};

/** Groups messages, those of each partition in their order; none when the topic's partitions are not known. */
export const groupByPartition = <M>({ topic, partitionMetadata, messages, partitioner }: Grouping<M>): Record<number, M[]> => {
  const grouped: Record<number, M[]> = {};
  if (partitionMetadata.length === 0) return grouped;
  for (const message of messages) (grouped[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return grouped;
};
