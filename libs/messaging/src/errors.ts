/** Errors that name what they are about. */

const listed = (names: readonly string[]): string => [...new Set(names)].join(', ');

/** Messages were not acknowledged: some may stand on their topics all the same. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly code = 'SEND_FAILED';

  constructor(messages: readonly { readonly topic: string; readonly partition: number }[], cause: unknown) {
    const where = listed(messages.map(({ topic, partition }) => `${topic}/${partition}`));
    super(`not acknowledged: messages to ${where} (${messages.length} in all): ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Offsets were not committed: what they cover may be delivered again. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
  readonly code = 'COMMIT_FAILED';

  constructor(next: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[], cause: unknown) {
    const where = listed(next.map(({ topic, partition, offset }) => `${topic}/${partition} at ${offset}`));
    super(`offsets of ${where} were not committed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A consumer is lost for good: the broker refused it or its client gave up. */
export class ConsumerLostError extends Error {
  override readonly name = 'ConsumerLostError';
  readonly code = 'CONSUMER_LOST';

  constructor(group: string, cause: unknown) {
    super(`the consumer of group ${group} is lost: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
