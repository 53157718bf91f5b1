/** The consumer port on @platformatic/kafka: its membership of groups, and its fetches instead of its streams, which give messages one by one. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionPool, Consumer } from '@platformatic/kafka';
import { isRebalancing, isRefusal } from '../broker-error.ts';
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { ConsumerOptions, ConsumerPort, ConsumerSink, Position, TopicPartition } from '../port.ts';
import { clientOptions, plainError } from './client.ts';
import { Reading } from './reading.ts';

/** How long the broker is left alone when it has not answered as it should. */
const againMs = 1_000;

/** Until when members may take part in handing out the partitions anew, unless a session is longer. */
const rebalanceTimeoutMs = 60_000;

/** Partitions that are held, until others are or none. */
type Holding = { readonly partitions: readonly TopicPartition[]; readonly over: AbortController; reading?: Reading };

export class PlatformaticConsumer implements ConsumerPort {
  readonly #consumer: Consumer;
  /** Those of its fetches: a broker answers a connection's requests in turn, and one that waits for messages would delay heartbeats. */
  readonly #connections: ConnectionPool;
  readonly #options: ConsumerOptions;
  readonly #sink: ConsumerSink;
  readonly #fetches = new Map<number, Promise<void>>();
  readonly #stopping = new AbortController();
  #holding: Holding | undefined;
  #isInterrupted = false;
  #running: Promise<void> | undefined;

  private constructor(connection: Connection, options: ConsumerOptions, sink: ConsumerSink) {
    const common = clientOptions(connection);
    this.#consumer = makeConsumer(common, options);
    this.#connections = new ConnectionPool(common.clientId, common);
    this.#options = options;
    this.#sink = sink;
    this.#consumer.on('consumer:group:join', ({ assignments = [] }) => {
      const partitions = assignments.flatMap(({ topic, partitions: numbers }) => numbers.map(partition => ({ topic, partition })));
      this.#hold({ partitions, over: new AbortController() });
      this.#resume(partitions);
    });
    this.#consumer.on('consumer:heartbeat:end', () => sink.heard());
    // A refusal; whatever else a heartbeat fails for passes, or ends in the group's having forgotten this member.
    this.#consumer.on('consumer:heartbeat:error', ({ error }) => isRefusal(error) && this.#interrupt(error));
    // When the group hands out its partitions anew, a heartbeat joins again. This is what that failed for: nobody else hears of it.
    this.#consumer.on('error', error => {
      this.#hold(undefined);
      this.#interrupt(error);
    });
  }

  /** Joins a group and delivers to a sink until disposed. @throws when there is no broker, or a topic is not there */
  static async connect(connection: Connection, options: ConsumerOptions, sink: ConsumerSink): Promise<PlatformaticConsumer> {
    const consumer = new PlatformaticConsumer(connection, options, sink);
    try {
      await consumer.#consumer.metadata({ topics: [...options.topics], retries: 5 });
    } catch (error) {
      await consumer.#close();
      throw plainError(error);
    }
    consumer.#running = consumer.#run();
    return consumer;
  }

  async commit(next: readonly Position[]): Promise<boolean> {
    try {
      await this.#consumer.commit({ offsets: next.map(position => ({ ...position, leaderEpoch: -1 })) });
      return true;
    } catch (error) {
      if (!isRebalancing(error)) throw plainError(error);
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#close();
  }

  /** Joins and reads, again and again, whatever passes. */
  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        if (!this.#holding) await this.#consumer.joinGroup({});
        if (this.#holding) await this.#read(this.#holding);
      } catch (error) {
        this.#interrupt(error);
        // Another broker may have taken over what this one had.
        this.#consumer.clearMetadata();
        await wait(againMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      }
    }
  }

  /** Reads what is held, from where it was read up to before an interruption. */
  async #read(holding: Holding): Promise<void> {
    const { partitions, over: { signal } } = holding;
    if (this.#isInterrupted) {
      await this.#consumer.metadata({ topics: [...this.#options.topics] });
      if (!signal.aborted) this.#resume(partitions);
    }
    if (partitions.length === 0 && !signal.aborted) await once(signal, 'abort');
    if (signal.aborted) return;
    const { from } = this.#options;
    holding.reading ??= await Reading.of(partitions, { consumer: this.#consumer, connections: this.#connections, from, sink: this.#sink, fetches: this.#fetches, signal });
    await holding.reading.untilOver();
  }

  #hold(next: Holding | undefined): void {
    this.#holding?.over.abort();
    this.#holding = next;
  }

  #resume(partitions: readonly TopicPartition[]): void {
    this.#isInterrupted = false;
    this.#sink.assigned(partitions);
  }

  #interrupt(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    if (isRefusal(error)) {
      this.#stop();
      this.#sink.failed(plainError(error));
    } else {
      this.#isInterrupted = true;
      this.#sink.interrupted(plainError(error));
    }
  }

  #stop(): void {
    this.#stopping.abort();
    this.#hold(undefined);
  }

  async #close(): Promise<void> {
    await leave({ disconnect: () => this.#consumer.close(true) });
    // It keeps its connections when it could not leave the group.
    await leave({ disconnect: () => Promise.all([this.#consumer.connections.close(), this.#connections.close(), this.#running]) });
  }
}

const makeConsumer = (common: ReturnType<typeof clientOptions>, { group, topics, sessionTimeoutMs }: ConsumerOptions): Consumer => {
  const rebalanceTimeout = Math.max(rebalanceTimeoutMs, sessionTimeoutMs);
  const consumer = new Consumer({
    ...common,
    groupId: group,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout,
    heartbeatInterval: Math.floor(sessionTimeoutMs / 3),
    // A request to join is answered when all members have joined.
    requestTimeout: rebalanceTimeout + 5_000,
    // By the name that kafkajs gives the same: members of either client share a group.
    protocols: [{ name: 'RoundRobinAssigner', version: 0 }],
    // It is told what failed at once: a commit that it tried again by itself could go through for partitions that another has by then.
    retries: 0,
    retryDelay: 200,
  });
  for (const topic of topics) consumer.topics.track(topic);
  return consumer;
};
