/** Commits the offsets of what is done about ten times a second: more often would cost the broker more than it is worth. */
import { setTimeout as wait } from 'node:timers/promises';
import type { RecordTopic } from '@bank/topology';
import type { Received } from './consumer.ts';
import { lastOfEachPartition } from './offsets.ts';

/** What is done meanwhile comes again when the process is killed: whoever commits this way has to bear that. */
const intervalMs = 100;

export class OffsetCommits<T extends RecordTopic> {
  readonly #commit: (done: readonly Received<T>[]) => Promise<void>;
  readonly #flushing = new AbortController();
  /** The last message of each partition that is done and not committed. */
  #last: readonly Received<T>[] = [];
  #committing: Promise<void> | undefined;

  /** @param commit commits that all up to and including some messages is done */
  constructor(commit: (done: readonly Received<T>[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Takes messages that are done, those of one partition in their order; they are committed soon. */
  add(done: readonly Received<T>[]): void {
    this.#last = lastOfEachPartition([...this.#last, ...done]);
    if (this.#committing) return;
    this.#committing = this.#commitWaiting();
    // Its failure is met by `flush`; until then it is nobody's unhandled rejection.
    this.#committing.catch(() => undefined);
  }

  /**
   * Commits at once what is left.
   *
   * @throws whatever `commit` threw, now or before
   */
  async flush(): Promise<void> {
    this.#flushing.abort();
    await this.#committing;
  }

  async #commitWaiting(): Promise<void> {
    while (this.#last.length > 0) {
      // An aborted wait is all that can fail here.
      await wait(intervalMs, undefined, { signal: this.#flushing.signal }).catch(() => undefined);
      const done = this.#last;
      this.#last = [];
      await this.#commit(done);
    }
    this.#committing = undefined;
  }
}
