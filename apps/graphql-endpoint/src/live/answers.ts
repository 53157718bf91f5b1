/** The loop that reads the bank's answers for this instance alone: the shared group gives each of them to one instance only. */
import { ConsumerLostError, type Consumer, type Received } from '@bank/messaging';
import type { Retry } from '@bank/service';

export const answerTopics = ['account_creation_feedback', 'money_transfer_feedback', 'balance_changed'] as const;

export type AnswerTopic = (typeof answerTopics)[number];

const atOnce = 1_000;

type Parts = {
  readonly consumer: Pick<Consumer<AnswerTopic>, 'take'>;
  readonly listeners: readonly { readonly hear: (answers: readonly Received<AnswerTopic>[]) => void }[];
  readonly retry: Retry;
};

/**
 * Reads until the signal aborts, and tells the listeners. No offset is committed: what was missed is asked again, or was only for the eye.
 *
 * @throws ConsumerLostError when the consumer is lost for good
 */
export const keepListening = async ({ consumer, listeners, retry }: Parts, signal: AbortSignal): Promise<void> => {
  const isFinal = (error: unknown): boolean => error instanceof ConsumerLostError;
  try {
    while (!signal.aborted) {
      const received = await retry.until(() => consumer.take({ max: atOnce, signal }), { signal, isFinal, mayWait: true });
      for (const listener of listeners) listener.hear(received);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
