/** The consumer port on librdkafka: its threads keep the membership of the group and fetch ahead; here is taken what they have. */
import { isRebalancing, isRefusal } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { ConsumerOptions, ConsumerPort, ConsumerSink, Position, TopicPartition } from '../port.ts';
import { loadBinding, type BindingConsumer, type BindingError, type BindingMessage, type BindingPosition, type Settings } from './binding.ts';
import { BrokerError, connect, plainError, settingsOf } from './client.ts';
import { incoming } from './message.ts';
import { isHeard } from './statistics.ts';

const connectWithinMs = 10_000;

/** Until when members may take part in handing out the partitions anew, unless a session is longer. */
const rebalanceTimeoutMs = 60_000;

/** How many messages are taken at once. */
const takenAtOnce = 1_000;

/** How long a full queue is waited for before the partitions are paused: a pause throws away what was fetched ahead. */
const waitForRoomMs = 250;

/** The event of the two that partitions come with; the other takes them away. */
const assignPartitions = -175;

type Waiting = { readonly resolve: (isCommitted: boolean) => void; readonly reject: (error: Error) => void };

export class LibrdkafkaConsumer implements ConsumerPort {
  readonly #client: BindingConsumer;
  readonly #sink: ConsumerSink;
  readonly #stopping = new AbortController();
  /** Commits that are not answered, in their order. */
  readonly #commits: Waiting[] = [];
  /** Partitions that are held; undefined while they are handed out. */
  #held: readonly TopicPartition[] | undefined;
  #isPaused = false;
  #isInterrupted = false;
  /** What the client last failed at since the group was heard. */
  #lastError: Error | undefined;
  #filled = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  private constructor(connection: Connection, options: ConsumerOptions, sink: ConsumerSink) {
    this.#sink = sink;
    const heartbeatMs = Math.floor(options.sessionTimeoutMs / 3);
    this.#client = new (loadBinding().KafkaConsumer)({
      ...settingsOf(connection),
      ...groupSettings(options, heartbeatMs),
      rebalance_cb: (event, partitions) => this.#rebalance(event, partitions),
      offset_commit_cb: error => this.#committed(error ?? undefined),
      queue_non_empty_cb: () => this.#filled.resolve(),
    });
    // What is there is taken without waiting: a wait would keep a thread that others need.
    this.#client.setDefaultConsumeTimeout(0);
    this.#client.on('event.error', error => {
      this.#lastError = error;
    });
    this.#client.on('event.stats', ({ message }) => (isHeard(message, heartbeatMs) ? this.#heard() : this.#silent()));
  }

  /** Joins a group and delivers to a sink until disposed. @throws when there is no broker, or a topic is not there */
  static async connect(connection: Connection, options: ConsumerOptions, sink: ConsumerSink): Promise<LibrdkafkaConsumer> {
    const consumer = new LibrdkafkaConsumer(connection, options, sink);
    const topics = await connect(consumer.#client, connectWithinMs);
    const missing = options.topics.find(topic => !topics.has(topic));
    if (missing !== undefined) {
      await consumer[Symbol.asyncDispose]();
      throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION', `there is no topic ${missing}, or not for this client`);
    }
    consumer.#client.subscribe(options.topics);
    consumer.#running = consumer.#run();
    return consumer;
  }

  async commit(next: readonly Position[]): Promise<boolean> {
    if (!this.#held) return false;
    const { promise, ...waiting } = Promise.withResolvers<boolean>();
    this.#client.commit(next.map(({ topic, partition, offset }) => ({ topic, partition, offset: Number(offset) })));
    this.#commits.push(waiting);
    return promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    this.#filled.resolve();
    for (const { reject } of this.#commits.splice(0)) reject(new Error('the consumer has left its group'));
    this.#closing ??= leave({
      disconnect: async () => {
        await this.#running;
        await new Promise<void>(resolve => this.#client.disconnect(resolve));
      },
    });
    return this.#closing;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#filled = Promise.withResolvers();
      const room = this.#sink.room(waitForRoomMs);
      // Paused it tells of other things than messages, such as that a commit is done: who waits for that may take nothing before.
      this.#pause(!(await (this.#isPaused ? Promise.race([room, this.#filled.promise.then(() => false)]) : room)));
      const taken = await this.#take();
      // By the same call it tells of partitions that come and go, so it is made even when it gives nothing.
      if (taken === 0 && !this.#isPaused) await this.#filled.promise;
    }
  }

  /** Delivers what is there, up to a limit. Gives how much it was, an error counting as one. */
  async #take(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<BindingError | readonly BindingMessage[]>();
    this.#client.consume(takenAtOnce, (error, messages) => resolve(error ?? messages));
    const taken = await promise;
    if (taken instanceof Error) {
      this.#interrupt(plainError(taken));
      return 1;
    }
    if (this.#stopping.signal.aborted) return 0;
    for (const onTopic of Map.groupBy(taken, ({ topic }) => topic).values()) {
      for (const of of Map.groupBy(onTopic, ({ partition }) => partition).values()) this.#sink.deliver(of.map(incoming));
    }
    return taken.length;
  }

  /** While nothing can be delivered the client is still asked, so that the group does not wait for this member when it hands out its partitions. */
  #pause(isPaused: boolean): void {
    if (isPaused === this.#isPaused || !this.#held) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#client.pause(this.#held);
    else this.#client.resume(this.#held);
  }

  #rebalance({ code }: BindingError, partitions: readonly BindingPosition[]): void {
    this.#isPaused = false;
    if (code !== assignPartitions) {
      this.#held = undefined;
      this.#client.unassign();
      return;
    }
    this.#held = partitions.map(({ topic, partition }) => ({ topic, partition }));
    this.#client.assign(partitions);
    this.#resume(this.#held);
  }

  #committed(error: BindingError | undefined): void {
    const waiting = this.#commits.shift();
    const failure = error && plainError(error);
    if (failure && !isRebalancing(failure)) waiting?.reject(failure);
    else waiting?.resolve(!failure);
  }

  #heard(): void {
    this.#lastError = undefined;
    this.#sink.heard();
    if (this.#isInterrupted && this.#held) this.#resume(this.#held);
  }

  /** A broker that hangs is told of by silence alone. */
  #silent(): void {
    if (this.#lastError && this.#held && !this.#isInterrupted) this.#interrupt(this.#lastError);
  }

  #resume(partitions: readonly TopicPartition[]): void {
    if (this.#stopping.signal.aborted) return;
    this.#isInterrupted = false;
    this.#sink.assigned(partitions);
  }

  #interrupt(error: Error): void {
    if (this.#stopping.signal.aborted) return;
    if (isRefusal(error)) {
      void this[Symbol.asyncDispose]();
      this.#sink.failed(error);
    } else {
      this.#isInterrupted = true;
      this.#sink.interrupted(error);
    }
  }
}

const groupSettings = ({ group, from, sessionTimeoutMs }: ConsumerOptions, heartbeatMs: number): Settings => ({
  'group.id': group,
  'session.timeout.ms': sessionTimeoutMs,
  'heartbeat.interval.ms': heartbeatMs,
  'statistics.interval.ms': heartbeatMs,
  'max.poll.interval.ms': Math.max(rebalanceTimeoutMs, sessionTimeoutMs),
  // All partitions are given up, then handed out anew. Other clients call the same by another name, and cannot be in a group with this one.
  'partition.assignment.strategy': 'roundrobin',
  'auto.offset.reset': from === 'beginning' ? 'earliest' : 'latest',
  'enable.auto.commit': false,
  'enable.auto.offset.store': false,
  'allow.auto.create.topics': false,
  // While a request waits for messages of some partitions, nothing is fetched of others that were left out of it because enough of them was
  // fetched ahead: so waits are short, and what is fetched ahead lasts longer.
  'fetch.wait.max.ms': 100,
  'max.partition.fetch.bytes': 128 * 1024,
  'queued.min.messages': 10_000,
  'queued.max.messages.kbytes': 4 * 1024,
  // So long a partition is left out then: a second unless told otherwise, in which a busy service would idle.
  'fetch.queue.backoff.ms': 5,
});
