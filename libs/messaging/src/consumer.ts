/** A typed consumer that is pulled: messages of all its partitions gather in one bounded queue, from which `take` gives what waits. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RecordOn, RecordTopic } from '@bank/topology';
import { Assignment } from './assignment.ts';
import { portOf } from './clients.ts';
import { Decoder } from './codec.ts';
import type { Connection } from './connection.ts';
import { CommitError, ConsumerLostError } from './errors.ts';
import { nextOffsets } from './offsets.ts';
import type { ConsumerPort, IncomingMessage, Position, TopicPartition } from './port.ts';
import { MessageQueue } from './queue.ts';

/** A message as it came; its topic bears no prefix. */
export type RawMessage<T extends RecordTopic> = IncomingMessage & { readonly topic: T };

/** A message that was received: its record, told apart by topic and type, or the reason why it has none. */
export type Received<T extends RecordTopic> = {
  [K in T]: { readonly topic: K; readonly raw: RawMessage<K> } & ({ readonly record: RecordOn<K> } | { readonly unreadable: string });
}[T];

export type ConsumeOptions<T extends RecordTopic> = {
  /** The group's name, without the prefix. */
  readonly group: string;
  readonly topics: readonly T[];
  /** Where a group without committed offsets starts. */
  readonly from: 'beginning' | 'end';
  /** Told which partitions are held from now on: none means standing by. */
  readonly onAssigned?: (partitions: readonly TopicPartition[]) => void;
};

/** How long a commit waits for the group, and how often it asks. */
const commitWithinMs = 5_000;
const commitAgainMs = 100;

export class Consumer<T extends RecordTopic> implements AsyncDisposable {
  readonly #prefix: string;
  readonly #decoder: Decoder;
  readonly #assignment = new Assignment();
  readonly #queue = new MessageQueue();
  #port: ConsumerPort | undefined;
  readonly #sessionTimeoutMs: number;
  #trouble: string | undefined = 'joining the group';
  /** When the group last knew that this consumer lives. */
  #heardAtMs = 0;
  #lost: ConsumerLostError | undefined;

  private constructor(connection: Connection) {
    this.#prefix = connection.topicPrefix;
    this.#decoder = new Decoder(connection);
    this.#sessionTimeoutMs = connection.sessionTimeoutMs;
  }

  /** Joins a group. Reading begins when the group has assigned partitions. @throws RefusedError when the brokers refuse this service */
  static async connect<T extends RecordTopic>(connection: Connection, options: ConsumeOptions<T>): Promise<Consumer<T>> {
    const consumer = new Consumer<T>(connection);
    const topics = options.topics.map(topic => `${connection.topicPrefix}${topic}`);
    consumer.#port = await (await portOf(connection)).connectConsumer(
      { group: `${connection.topicPrefix}${options.group}`, topics, from: options.from, sessionTimeoutMs: connection.sessionTimeoutMs },
      {
        assigned: partitions => {
          consumer.#trouble = undefined;
          consumer.#heardAtMs = performance.now();
          consumer.#hold(partitions);
          options.onAssigned?.(partitions.map(({ topic, partition }) => ({ topic: topic.slice(consumer.#prefix.length), partition })));
        },
        deliver: messages => consumer.#queue.add(consumer.#assignment.accept(messages)),
        room: waitMs => consumer.#queue.room(waitMs),
        heard: () => {
          consumer.#heardAtMs = performance.now();
        },
        interrupted: error => {
          consumer.#trouble = error.message;
        },
        failed: error => {
          consumer.#lost = new ConsumerLostError(options.group, error);
          consumer.#trouble = consumer.#lost.message;
          consumer.#hold([]);
          consumer.#queue.fail(consumer.#lost);
        },
      },
    );
    return consumer;
  }

  /** Why nothing can be taken just now; undefined while the group has this consumer as its member, with partitions or standing by. */
  get trouble(): string | undefined {
    // A broker that hangs gives no error for long, only no answer.
    const silentMs = performance.now() - this.#heardAtMs;
    return this.#trouble ?? (silentMs > this.#sessionTimeoutMs ? `no answer from the broker for ${Math.floor(silentMs / 1_000)} s` : undefined);
  }

  /** How many messages can be taken without waiting; none of those that wait now, if the group takes their partitions away. */
  get queued(): number {
    return this.#queue.length;
  }

  /**
   * Waits until something is there, then takes what waits, of all partitions, each in its order.
   *
   * @param options.max the most to take at once
   * @param options.signal when it aborts, an empty list is given
   * @throws RegistryUnavailableError when a schema cannot be looked up; nothing is taken, so try again
   * @throws ConsumerLostError when the consumer is lost for good
   */
  async take({ max, signal }: { readonly max: number; readonly signal: AbortSignal }): Promise<readonly Received<T>[]> {
    for (;;) {
      await this.#queue.filled(signal);
      if (signal.aborted) return [];
      const peeked = this.#queue.peek(max);
      const received = await this.#receive(peeked.messages);
      if (this.#queue.remove(peeked) && received.length > 0) return received;
    }
  }

  /**
   * Commits that all up to and including these messages is done; while the group hands out its partitions anew, that has to wait.
   * Messages of partitions that went to another meanwhile are left out.
   *
   * @throws CommitError when the broker could not be told, within five seconds of waiting at most
   * @throws ConsumerLostError when the consumer is lost for good
   */
  async commit(done: readonly { readonly raw: Position }[]): Promise<void> {
    const all = nextOffsets(done).map(position => ({ ...position, topic: `${this.#prefix}${position.topic}` }));
    const patience = AbortSignal.timeout(commitWithinMs);
    for (;;) {
      if (this.#lost) throw this.#lost;
      const next = all.filter(position => this.#assignment.has(position));
      if (next.length === 0 || (await this.#isCommitted(next))) return;
      // The messages of a partition that is kept do not come again, so nothing else would commit them.
      if (patience.aborted) throw new CommitError(next, new Error('the group is handing out its partitions anew'));
      await wait(commitAgainMs);
    }
  }

  /** Leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#hold([]);
    this.#queue.fail(new Error('the consumer has left its group'));
    await this.#port?.[Symbol.asyncDispose]();
  }

  async #isCommitted(next: readonly Position[]): Promise<boolean> {
    try {
      return (await this.#port?.commit(next)) ?? false;
    } catch (cause) {
      throw new CommitError(next, cause);
    }
  }

  #hold(partitions: readonly TopicPartition[]): void {
    this.#assignment.replace(partitions);
    this.#queue.retain(message => this.#assignment.has(message));
  }

  async #receive(messages: readonly IncomingMessage[]): Promise<readonly Received<T>[]> {
    const raws = messages.map(message => this.#withoutPrefix(message));
    const decoded = await this.#decoder.decode(raws);
    return raws.map((raw, at) => {
      const of = decoded[at];
      return (of && 'record' in of ? { topic: raw.topic, raw, record: of.record } : { topic: raw.topic, raw, unreadable: of?.unreadable }) as Received<T>;
    });
  }

  #withoutPrefix(message: IncomingMessage): RawMessage<T> {
    // Most often there is none, and then nothing is copied.
    const isBare = this.#prefix === '';
    return (isBare ? message : { ...message, topic: message.topic.slice(this.#prefix.length) }) as RawMessage<T>;
  }
}
