/** The members of the projection's group while it is rebuilt: two of them, so that PostgreSQL works for one while records of the other are decoded. */
import { committedOffsets, Consumer, type Connection, type TopicPartition } from '@bank/messaging';
import { topics } from '@bank/topology';
import { projectedTopics, type ProjectedTopic } from '../transactions/batch.ts';

/** How many there are; each needs a connection to the database. */
export const memberCount = 2;

const joinWithinMs = 30_000;

const startedMeanwhile = (): Error => new Error('an endpoint was started meanwhile: stop it, and rebuild once more');

const allPartitions = projectedTopics.reduce((sum, topic) => sum + topics[topic].partitions, 0);

export class Members implements AsyncDisposable {
  readonly #consumers: Consumer<ProjectedTopic>[] = [];
  readonly #held = new Map<number, readonly TopicPartition[]>();
  #takesFailed = 0;
  #batchesTaken = 0;
  #changed = Promise.withResolvers<void>();

  /**
   * Joins a group that has no members and no offsets, and waits until all partitions are held.
   *
   * @throws Error when they are not, for somebody else has joined too
   */
  static async join(connection: Connection, group: string): Promise<Members> {
    await using members = new AsyncDisposableStack();
    const joined = members.use(new Members());
    const joining = Array.from({ length: memberCount }, async (_, nth) => {
      const onAssigned = (partitions: readonly TopicPartition[]): void => joined.#hold(nth, partitions);
      joined.#consumers.push(await Consumer.connect(connection, { group, topics: projectedTopics, from: 'beginning', onAssigned }));
    });
    await Promise.all(joining);
    const patience = AbortSignal.timeout(joinWithinMs);
    while (!joined.#areAlone() && !patience.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      patience.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([joined.#changed.promise, promise]);
    }
    joined.assertAlone();
    // One that came and went in between has left how far it was: reading would begin there.
    if ((await committedOffsets(connection, group, projectedTopics)).length > 0) throw startedMeanwhile();
    members.move();
    return joined;
  }

  /** @throws Error when not all partitions are held: an endpoint was started, and has some of them */
  assertAlone(): void {
    if (!this.#areAlone()) throw startedMeanwhile();
  }

  /** Whether the group does not have all of them just now. */
  get areTroubled(): boolean {
    return this.#consumers.some(({ trouble }) => trouble !== undefined);
  }

  /** How often nothing could be taken, for the registry did not answer. */
  get takesFailed(): number {
    return this.#takesFailed;
  }

  /** How many batches were taken. */
  get batchesTaken(): number {
    return this.#batchesTaken;
  }

  /** Does work with each of them, side by side. */
  async each(work: (consumer: Pick<Consumer<ProjectedTopic>, 'take' | 'commit'>) => Promise<void>): Promise<void> {
    await Promise.all(this.#consumers.map(consumer => work({
      commit: done => consumer.commit(done),
      take: async options => {
        try {
          const taken = await consumer.take(options);
          if (taken.length > 0) this.#batchesTaken += 1;
          return taken;
        } catch (error) {
          this.#takesFailed += 1;
          throw error;
        }
      },
    })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#consumers.map(consumer => consumer[Symbol.asyncDispose]()));
  }

  #areAlone(): boolean {
    const held = new Set([...this.#held.values()].flat().map(({ topic, partition }) => `${topic}/${partition}`));
    return held.size === allPartitions;
  }

  #hold(nth: number, partitions: readonly TopicPartition[]): void {
    this.#held.set(nth, partitions);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
