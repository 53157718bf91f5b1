/** Which partitions a consumer holds, and how far each was delivered: so that every message is taken once while a partition is kept. */
import type { IncomingMessage, TopicPartition } from './port.ts';

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export class Assignment {
  /** The next offset that has not been delivered, of each partition; undefined until one was. */
  #next = new Map<string, bigint | undefined>();

  /** Takes over a new assignment: partitions that are kept go on where they are, however often the client reads them again. */
  replace(partitions: readonly TopicPartition[]): void {
    this.#next = new Map(partitions.map(nameOf).map(name => [name, this.#next.get(name)]));
  }

  /** Whether messages of a partition are for this consumer. */
  has(partition: TopicPartition): boolean {
    return this.#next.has(nameOf(partition));
  }

  /**
   * Those of one partition's messages that are new: after a rebalance a client reads again from the committed offset, and may still
   * deliver what it fetched for partitions that went to another.
   */
  accept(messages: readonly IncomingMessage[]): readonly IncomingMessage[] {
    const [first] = messages;
    const last = messages.at(-1);
    if (!first || !last || !this.has(first)) return [];
    const next = this.#next.get(nameOf(first)) ?? first.offset;
    this.#next.set(nameOf(first), last.offset >= next ? last.offset + 1n : next);
    return messages.filter(({ offset }) => offset >= next);
  }
}
