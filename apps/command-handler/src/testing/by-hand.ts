/** Messages by hand: any bytes on any partition, in any codec or transaction, as no producer of the bank sends them. */
import { randomUUID } from 'node:crypto';
import kafkajs, { type KafkaMessage, type Message, type Producer } from 'kafkajs';
import { kafkajsClient, type Connection, type Outgoing } from '@bank/messaging';
import { deadLetterHeaders } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';
import { commandBytes, lookUpSchemaIds, type SchemaIds } from './avro.ts';
import { connectionTo } from './evidence.ts';

// Node does not see this name in the package's CommonJS: it comes with its default.
const { CompressionTypes } = kafkajs;

type Env = Readonly<Record<string, string>>;

export type Handmade = Message & { readonly topic: CommandTopic; readonly partition: number; readonly key: Buffer | string | null };

export class Hand implements AsyncDisposable {
  readonly connection: Connection;
  readonly schemaIds: SchemaIds;
  readonly #producer: Producer;

  private constructor(connection: Connection, schemaIds: SchemaIds, producer: Producer) {
    this.connection = connection;
    this.schemaIds = schemaIds;
    this.#producer = producer;
  }

  static async connect(env: Env): Promise<Hand> {
    const connection = connectionTo(env);
    const schemaIds = await lookUpSchemaIds(connection);
    const producer = kafkajsClient(connection).producer();
    await producer.connect();
    return new Hand(connection, schemaIds, producer);
  }

  /** The value of a command. */
  bytes(command: Outgoing<CommandTopic>): Buffer {
    return commandBytes(this.schemaIds, command);
  }

  /** A command on a partition that need not be that of its id. */
  command(command: Outgoing<CommandTopic>, partition: number): Handmade {
    return { topic: command.topic, partition, key: command.key, value: this.bytes(command) };
  }

  /** Sends in order, what is for one partition as one batch; gives where each message stands. */
  async send(messages: readonly Handmade[], codec: keyof typeof CompressionTypes = 'None'): Promise<readonly string[]> {
    const acknowledged = await this.#producer.sendBatch({ topicMessages: this.#byTopic(messages), compression: CompressionTypes[codec] });
    const next = new Map(acknowledged.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, BigInt(baseOffset ?? -1)]));
    return messages.map(({ topic, partition }) => {
      const name = `${this.connection.topicPrefix}${topic}/${partition}`;
      const offset = next.get(name) ?? -1n;
      next.set(name, offset + 1n);
      return placeOf(topic, partition, offset);
    });
  }

  /** Sends in a transaction of its own, and ends it. */
  async transact(messages: readonly Handmade[], end: 'commit' | 'abort'): Promise<void> {
    const producer = kafkajsClient(this.connection).producer({ transactionalId: randomUUID(), idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    try {
      const transaction = await producer.transaction();
      await transaction.sendBatch({ topicMessages: this.#byTopic(messages) });
      await transaction[end]();
    } finally {
      await producer.disconnect();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer.disconnect();
  }

  #byTopic(messages: readonly Handmade[]): { topic: string; messages: Message[] }[] {
    return messages.map(({ topic, ...message }) => ({ topic: `${this.connection.topicPrefix}${topic}`, messages: [message] }));
  }
}

/** Bytes as text, one character each: they are compared a hundred times faster than in buffers. */
type Bytes = string | null;

/** A dead letter as it lies there; its headers are without those that say where it stood and why. */
export type Letter = {
  readonly place: string;
  readonly reason: string;
  readonly key: Bytes;
  readonly value: Bytes;
  readonly headers: Readonly<Record<string, readonly Bytes[]>>;
};

const placeOf = (topic: string, partition: number | string, offset: bigint | string): string => `${topic}/${partition} at ${offset}`;

/** What a message and its dead letter have in common. */
export const contentsOf = ({ key, value, headers = {} }: Pick<Message, 'key' | 'value' | 'headers'>): Pick<Letter, 'key' | 'value' | 'headers'> => {
  const own: readonly string[] = Object.values(deadLetterHeaders);
  const others = Object.entries(headers).filter(([name]) => !own.includes(name));
  return {
    key: bytesOf(key),
    value: bytesOf(value),
    headers: Object.fromEntries(others.map(([name, contents]) => [name, [contents].flat().map(bytesOf)])),
  };
};

const bytesOf = (content: Buffer | string | null | undefined): Bytes => (Buffer.isBuffer(content) ? content.toString('latin1') : (content ?? null));

/** Reads dead_letters from the beginning. */
export const collectLetters = async (env: Env): Promise<AsyncDisposable & { readonly letters: readonly Letter[] }> => {
  const connection = connectionTo(env);
  const letters: Letter[] = [];
  const consumer = kafkajsClient(connection).consumer({ groupId: `${connection.topicPrefix}letters-${randomUUID()}`, maxWaitTimeInMs: 300 });
  await consumer.connect();
  await consumer.subscribe({ topic: `${connection.topicPrefix}dead_letters`, fromBeginning: true });
  await consumer.run({
    eachBatch: ({ batch }) => {
      for (const message of batch.messages) letters.push(letterOf(message));
      return Promise.resolve();
    },
  });
  return { letters, [Symbol.asyncDispose]: () => consumer.disconnect() };
};

const letterOf = (message: KafkaMessage): Letter => {
  const header = (name: keyof typeof deadLetterHeaders): string => String(message.headers?.[deadLetterHeaders[name]]);
  return { place: placeOf(header('topic'), header('partition'), header('offset')), reason: header('reason'), ...contentsOf(message) };
};
