/** Errors that name what they are about. Those that no further try can mend have a true `isFinal`. */
import { isRefusal } from './broker-error.ts';

const isFinal = (cause: unknown): boolean => cause instanceof RefusedError || isRefusal(cause);

const listed = (names: readonly string[]): string => [...new Set(names)].join(', ');

/** A server refuses this service, or is none to trust: the message says what is wrong, and what would be right. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly code = 'REFUSED';
  readonly isFinal = true;
}

/** Messages were not acknowledged: some may stand on their topics all the same. */
export class SendError extends Error {
  override readonly name = 'SendError';
  readonly code = 'SEND_FAILED';
  readonly isFinal: boolean;

  constructor(messages: readonly { readonly topic: string; readonly partition: number }[], cause: unknown) {
    const where = listed(messages.map(({ topic, partition }) => `${topic}/${partition}`));
    super(`not acknowledged: messages to ${where} (${messages.length} in all): ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.isFinal = isFinal(cause);
  }
}

/** Offsets were not committed: what they cover may be delivered again. */
export class CommitError extends Error {
  override readonly name = 'CommitError';
  readonly code = 'COMMIT_FAILED';
  readonly isFinal: boolean;

  constructor(next: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[], cause: unknown) {
    const where = listed(next.map(({ topic, partition, offset }) => `${topic}/${partition} at ${offset}`));
    super(`offsets of ${where} were not committed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.isFinal = isFinal(cause);
  }
}

/** A consumer is lost for good: the broker refused it or its client gave up. */
export class ConsumerLostError extends Error {
  override readonly name = 'ConsumerLostError';
  readonly code = 'CONSUMER_LOST';
  readonly isFinal = true;

  constructor(group: string, cause: unknown) {
    super(`the consumer of group ${group} is lost: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
