/** The loop that reads the bank's answers for this instance alone, so that it can learn its clients' tokens. */
import { ConsumerLostError, type Consumer } from '@bank/messaging';
import type { Retry } from '@bank/service';
import type { Wallets } from './wallets.ts';

const atOnce = 1_000;

type Parts = {
  readonly consumer: Pick<Consumer<'account_creation_feedback'>, 'take'>;
  readonly wallets: Wallets;
  readonly retry: Retry;
};

/**
 * Reads until the signal aborts. No offset is committed: what was missed is asked again.
 *
 * @throws ConsumerLostError when the consumer is lost for good
 */
export const keepReceiving = async ({ consumer, wallets, retry }: Parts, signal: AbortSignal): Promise<void> => {
  const isFinal = (error: unknown): boolean => error instanceof ConsumerLostError;
  try {
    while (!signal.aborted) {
      wallets.receive(await retry.until(() => consumer.take({ max: atOnce, signal }), { signal, isFinal, mayWait: true }));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
};
