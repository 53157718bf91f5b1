/** A typed producer that batches by itself: while one send is in flight the next gathers, so an idle bank sends at once. */
import { partitionOf, topics, type RecordOn, type RecordTopic } from '@bank/topology';
import { countForOneSend } from './batch.ts';
import { portOf } from './clients.ts';
import { Encoder, type AnyRecord } from './codec.ts';
import type { Connection } from './connection.ts';
import type { DeadLetter } from './dead-letter.ts';
import { SendError } from './errors.ts';
import type { Headers, KafkaPort, OutgoingMessage, ProducerPort } from './port.ts';

/** A record on its way to one of some topics. */
export type Outgoing<T extends RecordTopic> = {
  [K in T]: { readonly topic: K; readonly key: string; readonly record: RecordOn<K>; readonly headers?: Headers };
}[T];

/** The same without its types' ties: what is left to do with a message does not depend on its topic. */
type AnyOutgoing = DeadLetter | { readonly topic: RecordTopic; readonly key: string; readonly record: AnyRecord; readonly headers?: Headers };

/** A call of `send`, with how many of its messages are not acknowledged: settled when its last is. Messages go in the order of the calls. */
type Call = { unacknowledged: number; readonly resolve: () => void; readonly reject: (error: SendError) => void };

export class Producer<T extends RecordTopic> implements AsyncDisposable {
  readonly #kafka: KafkaPort;
  readonly #encoder: Encoder;
  readonly #prefix: string;
  readonly #topics: readonly string[];
  /** The most bytes of a batch, by topic. */
  readonly #mostBytes: ReadonlyMap<string, number>;
  #port: ProducerPort | undefined;
  #waiting: OutgoingMessage[] = [];
  #calls: Call[] = [];
  #sending: Promise<void> | undefined;

  private constructor(kafka: KafkaPort, encoder: Encoder, { prefix, topics: of }: { readonly prefix: string; readonly topics: readonly string[] }) {
    this.#kafka = kafka;
    this.#encoder = encoder;
    this.#prefix = prefix;
    this.#topics = of.map(topic => `${prefix}${topic}`);
    this.#mostBytes = new Map(Object.entries(topics).map(([topic, { maxMessageBytes }]) => [`${prefix}${topic}`, maxMessageBytes]));
  }

  /**
   * Connects a producer for some topics.
   *
   * @throws RegistryUnavailableError when the schemas' ids cannot be had
   * @throws RefusedError when a server refuses this service
   */
  static async connect<T extends RecordTopic>(connection: Connection, to: readonly T[]): Promise<Producer<T>> {
    const producer = new Producer<T>(await portOf(connection), await Encoder.for(connection, to), { prefix: connection.topicPrefix, topics: to });
    producer.#port = await producer.#kafka.connectProducer(producer.#topics);
    return producer;
  }

  /**
   * Sends records and dead letters, those of one partition in their order; resolves when all are acknowledged by all in-sync replicas.
   *
   * @throws SendError when they were not acknowledged; some may stand on their topics all the same
   */
  async send(outgoing: readonly (Outgoing<T> | DeadLetter)[]): Promise<void> {
    await this.sendEncoded(this.encode(outgoing));
  }

  /**
   * Encodes records and dead letters ahead of sending them: who has many to send may do something else in between.
   *
   * @throws Error when a record is not of its topic, or a field not of its type
   */
  encode(outgoing: readonly (Outgoing<T> | DeadLetter)[]): readonly OutgoingMessage[] {
    return (outgoing as readonly AnyOutgoing[]).map(message => this.#messageOf(message));
  }

  /** Sends what is encoded, as `send` does. */
  async sendEncoded(encoded: readonly OutgoingMessage[]): Promise<void> {
    if (encoded.length === 0) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#calls.push({ unacknowledged: encoded.length, resolve, reject });
    for (const one of encoded) this.#waiting.push(one);
    this.#sending ??= this.#sendWaiting();
    return promise;
  }

  /** Sends what waits, then disconnects. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
    await this.#port?.[Symbol.asyncDispose]();
  }

  #messageOf(message: AnyOutgoing): OutgoingMessage {
    const topic = `${this.#prefix}${message.topic}`;
    if (!('record' in message)) return { ...message, topic, partition: 0 };
    const { key, record, headers = {} } = message;
    const partition = partitionOf(key, topics[message.topic].partitions);
    return { topic, partition, key, value: this.#encoder.encode(message.topic, record), headers };
  }

  async #sendWaiting(): Promise<void> {
    while (this.#waiting.length > 0) {
      const messages = this.#waiting.splice(0, countForOneSend(this.#waiting, this.#mostBytes));
      try {
        this.#port ??= await this.#kafka.connectProducer(this.#topics);
        await this.#port.send(messages);
        this.#acknowledged(messages.length);
      } catch (cause) {
        await this.#discardPort();
        this.#failed(messages.length, new SendError(messages, cause));
      }
    }
    // Here and not when the promise settles: whoever sends in between would wait for a loop that has ended.
    this.#sending = undefined;
  }

  #acknowledged(count: number): void {
    for (let left = count; left > 0;) {
      const [call] = this.#calls;
      if (!call) return;
      const ofCall = Math.min(left, call.unacknowledged);
      left -= ofCall;
      call.unacknowledged -= ofCall;
      if (call.unacknowledged > 0) return;
      this.#calls.shift();
      call.resolve();
    }
  }

  /** Rejects the calls of these messages. What they still have waiting goes with them: their callers send all of it again. */
  #failed(count: number, error: SendError): void {
    let gone = 0;
    while (gone < count) {
      const call = this.#calls.shift();
      if (!call) return;
      gone += call.unacknowledged;
      call.reject(error);
    }
    this.#waiting.splice(0, gone - count);
  }

  /** After a failed send the port's sequence numbers are in doubt: the next send takes a new one. */
  async #discardPort(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    try {
      await port?.[Symbol.asyncDispose]();
    } catch {
      // It failed already: that its disconnect fails too says nothing new.
    }
  }
}
