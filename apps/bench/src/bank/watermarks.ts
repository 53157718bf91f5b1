/** How far the topics of a bank are written, asked of the broker: cheap enough to do while something is measured. */
import { kafkajsClient, type Connection } from '@bank/messaging';
import type { TopicName } from '@bank/topology';

export class Watermarks implements AsyncDisposable {
  readonly #admin;
  readonly #prefix: string;

  private constructor(connection: Connection) {
    this.#admin = kafkajsClient(connection).admin();
    this.#prefix = connection.topicPrefix;
  }

  static async connect(connection: Connection): Promise<Watermarks> {
    const watermarks = new Watermarks(connection);
    await watermarks.#admin.connect();
    return watermarks;
  }

  /** The next offset of each partition of a topic. */
  async of(topic: TopicName): Promise<ReadonlyMap<number, bigint>> {
    const offsets = await this.#admin.fetchTopicOffsets(`${this.#prefix}${topic}`);
    return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
  }

  /** Whether messages of a topic are gone because they were kept long enough. */
  async hasLost(topic: TopicName): Promise<boolean> {
    return (await this.#admin.fetchTopicOffsets(`${this.#prefix}${topic}`)).some(({ low }) => low !== '0');
  }

  /** How many messages were ever written to a topic. */
  async written(topic: TopicName): Promise<number> {
    return [...(await this.of(topic)).values()].reduce((sum, high) => sum + Number(high), 0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#admin.disconnect();
  }
}
