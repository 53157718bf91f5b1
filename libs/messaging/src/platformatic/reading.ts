/** Reading some partitions, from where the group is. */
import { ListOffsetTimestamps, type ClusterMetadata, type ConnectionPool, type Consumer } from '@platformatic/kafka';
import { brokerErrorOf } from '../broker-error.ts';
import type { ConsumerOptions, ConsumerSink, Position, TopicPartition } from '../port.ts';
import { messagesFrom, offsetBehind } from './message.ts';

/** Some hundred messages of each partition: what is fetched is decoded at once, and more would only grow old in memory. */
const maxBytesPerPartition = 128 * 1024;

/** Long waits would only delay a disconnect: with minBytes 1 a message is delivered at once anyway. */
const maxWaitMs = 300;

/** How long a full queue is waited for before it is looked whether these partitions are still to be read. */
const waitForRoomMs = 500;

type FetchResponse = Awaited<ReturnType<Consumer['fetch']>>;

const outOfRange = 'OFFSET_OUT_OF_RANGE';
const outOfRangeCode = 1;

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export type ReadingOptions = {
  readonly consumer: Consumer;
  /** For fetches alone. */
  readonly connections: ConnectionPool;
  /** Where partitions without a committed offset start. */
  readonly from: ConsumerOptions['from'];
  readonly sink: ConsumerSink;
  /** Fetches on their way, by node. They outlive a reading: a broker takes a second one beside the first for a mistake. */
  readonly fetches: Map<number, Promise<void>>;
  /** When it aborts, nothing more is delivered. */
  readonly signal: AbortSignal;
};

export class Reading {
  readonly #options: ReadingOptions;
  /** The next offset to fetch of each partition. */
  readonly #positions = new Map<string, Position>();

  private constructor(options: ReadingOptions) {
    this.#options = options;
  }

  /** Finds where the group is in some partitions. */
  static async of(partitions: readonly TopicPartition[], options: ReadingOptions): Promise<Reading> {
    const reading = new Reading(options);
    const committed = await options.consumer.listCommittedOffsets({ topics: byTopic(partitions) });
    const positions = partitions.map(({ topic, partition }) => ({ topic, partition, offset: committed.get(topic)?.[partition] ?? -1n }));
    for (const position of positions) if (position.offset >= 0n) reading.#positions.set(nameOf(position), position);
    await reading.#startAnew(positions.filter(({ offset }) => offset < 0n));
    return reading;
  }

  /** Delivers until the signal aborts. @throws when a broker does not answer as it should */
  async untilOver(): Promise<void> {
    const { consumer, fetches, signal } = this.#options;
    while (!signal.aborted) {
      const metadata = await consumer.metadata({ topics: [...new Set([...this.#positions.values()].map(({ topic }) => topic))] });
      for (const [node, positions] of Map.groupBy(this.#positions.values(), position => leaderOf(position, metadata))) {
        if (!fetches.has(node)) fetches.set(node, this.#fetch(node, positions, metadata).finally(() => fetches.delete(node)));
      }
      await Promise.race(fetches.values());
    }
  }

  async #fetch(node: number, positions: readonly Position[], metadata: ClusterMetadata): Promise<void> {
    const { consumer, connections } = this.#options;
    const names = new Map([...metadata.topics].map(([name, { id }]) => [id, name]));
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, of]) => ({
      topicId: metadata.topics.get(topic)?.id ?? '',
      partitions: of.map(({ partition, offset }) =>
        ({ partition, fetchOffset: offset, currentLeaderEpoch: -1, lastFetchedEpoch: -1, partitionMaxBytes: maxBytesPerPartition })),
    }));
    try {
      const response = await consumer.fetch({ node, topics, connectionPool: connections, maxWaitTime: maxWaitMs });
      await this.#deliver(response, names);
    } catch (error) {
      if (brokerErrorOf(error) !== outOfRange) throw error;
      const { response } = error as { readonly response: FetchResponse };
      await this.#startAnew(response.responses.flatMap(({ topicId, partitions }) =>
        partitions.filter(({ errorCode }) => errorCode === outOfRangeCode).map(({ partitionIndex }) => ({ topic: names.get(topicId) ?? '', partition: partitionIndex }))));
    }
  }

  async #deliver({ responses }: FetchResponse, names: ReadonlyMap<string, string>): Promise<void> {
    const { sink, signal } = this.#options;
    for (const { topicId, partitions } of responses) {
      for (const { partitionIndex: partition, records } of partitions) {
        const position = this.#positions.get(nameOf({ topic: names.get(topicId) ?? '', partition }));
        const last = records?.at(-1);
        if (!position || !last) continue;
        const messages = messagesFrom(position, records ?? []);
        while (!signal.aborted && !(await sink.room(waitForRoomMs))) continue;
        if (signal.aborted) return;
        this.#positions.set(nameOf(position), { ...position, offset: offsetBehind(last) });
        if (messages.length > 0) sink.deliver(messages);
      }
    }
  }

  /** Puts partitions to where a group without committed offsets starts. */
  async #startAnew(partitions: readonly TopicPartition[]): Promise<void> {
    if (partitions.length === 0) return;
    const { consumer, from } = this.#options;
    const wanted = byTopic(partitions);
    const offsets = await consumer.listOffsets({
      topics: wanted.map(({ topic }) => topic),
      partitions: Object.fromEntries(wanted.map(({ topic, partitions: numbers }) => [topic, numbers])),
      timestamp: from === 'beginning' ? ListOffsetTimestamps.EARLIEST : ListOffsetTimestamps.LATEST,
    });
    for (const { topic, partition } of partitions) {
      const offset = offsets.get(topic)?.[partition];
      if (offset === undefined) throw new Error(`no broker tells where ${topic}/${partition} starts`);
      this.#positions.set(nameOf({ topic, partition }), { topic, partition, offset });
    }
  }
}

const leaderOf = ({ topic, partition }: TopicPartition, { topics }: ClusterMetadata): number => topics.get(topic)?.partitions[partition]?.leader ?? -1;

const byTopic = (partitions: readonly TopicPartition[]): { readonly topic: string; readonly partitions: number[] }[] =>
  [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, of]) => ({ topic, partitions: of.map(({ partition }) => partition) }));
