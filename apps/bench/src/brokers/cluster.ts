/** What the brokers of a cluster tell about who does what. */
import { kafkajsClient, type Connection } from '@bank/messaging';
import type { TopicName } from '@bank/topology';

const offsetsTopic = '__consumer_offsets';

/** Java's hash of a text, by which Kafka assigns groups to the partitions of its offsets. */
const javaHash = (text: string): number => {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
};

/** The partition of Kafka's offsets whose leader coordinates a group. */
export const offsetsPartitionOf = (group: string, partitions: number): number => (javaHash(group) & 0x7fff_ffff) % partitions;

export class Cluster implements AsyncDisposable {
  readonly #admin;
  readonly #prefix: string;

  private constructor(connection: Connection) {
    this.#admin = kafkajsClient(connection).admin();
    this.#prefix = connection.topicPrefix;
  }

  static async connect(connection: Connection): Promise<Cluster> {
    const cluster = new Cluster(connection);
    await cluster.#admin.connect();
    return cluster;
  }

  /** The broker that coordinates a group. @throws Error when the group's partition has no leader */
  async coordinatorOf(group: string): Promise<number> {
    const partitions = await this.#partitions(offsetsTopic);
    const partition = offsetsPartitionOf(`${this.#prefix}${group}`, partitions.length);
    const leader = partitions.find(({ partitionId }) => partitionId === partition)?.leader ?? -1;
    if (leader < 0) throw new Error(`nobody coordinates ${group}`);
    return leader;
  }

  /** How many partitions of a topic a broker leads. */
  async ledBy(broker: number, topic: TopicName): Promise<number> {
    return (await this.#partitions(`${this.#prefix}${topic}`)).filter(({ leader }) => leader === broker).length;
  }

  /** The fewest copies that are in step, of any partition of some topics and of Kafka's own offsets. */
  async leastInSync(topics: readonly TopicName[]): Promise<number> {
    return Math.min(...(await this.#copies(topics)).map(({ isr }) => isr.length));
  }

  /** The partitions of some topics and of Kafka's own offsets that have fewer copies in step than so many, with the brokers that have them. */
  async lacking(copies: number, topics: readonly TopicName[]): Promise<readonly string[]> {
    return (await this.#copies(topics)).filter(({ isr }) => isr.length < copies).map(({ topic, partitionId, isr }) => `${topic}/${partitionId} (in step on ${isr.join(', ')})`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#admin.disconnect();
  }

  /** The brokers that have each partition in step, of some topics and of Kafka's own offsets. */
  async #copies(topics: readonly TopicName[]): Promise<readonly { topic: string; partitionId: number; isr: readonly number[] }[]> {
    const names = [offsetsTopic, ...topics.map(topic => `${this.#prefix}${topic}`)];
    return (await Promise.all(names.map(async topic => (await this.#partitions(topic)).map(({ partitionId, isr }) => ({ topic, partitionId, isr }))))).flat();
  }

  async #partitions(topic: string): Promise<readonly { partitionId: number; leader: number; isr: readonly number[] }[]> {
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions ?? [];
  }
}
