/** Commits the offsets of what is published about ten times a second: more often would cost the broker more than it is worth. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Received } from '@bank/messaging';
import type { CommandTopic } from '../ledger/command.ts';
import { steps } from '../steps.ts';

/** What is published meanwhile comes again when the handler is killed, and is answered from the ledger then. */
const intervalMs = 100;

type Messages = readonly Received<CommandTopic>[];

export class OffsetCommits {
  readonly #commit: (done: Messages) => Promise<void>;
  readonly #flushing = new AbortController();
  /** The last message of each partition that is published and not committed. */
  readonly #last = new Map<string, Received<CommandTopic>>();
  #committing: Promise<void> | undefined;

  /** @param commit commits that all up to and including some messages is done */
  constructor(commit: (done: Messages) => Promise<void>) {
    this.#commit = commit;
  }

  /** Takes messages that are published, those of one partition in their order; they are committed soon. */
  add(published: Messages): void {
    for (const message of published) this.#last.set(`${message.raw.topic}/${message.raw.partition}`, message);
    this.#committing ??= this.#commitWaiting();
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
    while (this.#last.size > 0) {
      // An aborted wait is all that can fail here.
      await wait(intervalMs, undefined, { signal: this.#flushing.signal }).catch(() => undefined);
      const done = [...this.#last.values()];
      this.#last.clear();
      steps.committingOffsets.publish({ messages: done.length });
      await this.#commit(done);
      steps.offsetsCommitted.publish({ messages: done.length });
    }
    this.#committing = undefined;
  }
}
