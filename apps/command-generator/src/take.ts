/** How both loops take messages: with patience, but not for ever from a consumer that is lost. */
import { ConsumerLostError, type Consumer, type Received } from '@bank/messaging';
import type { Retry } from '@bank/service';
import type { RecordTopic } from '@bank/topology';

/** The most messages of one batch. */
export const batchSize = 1_000;

/**
 * Takes what waits, or waits for something; none when the service stops.
 *
 * @throws ConsumerLostError when the consumer is lost for good
 */
export const takeFrom = <T extends RecordTopic>(
  consumer: Consumer<T>,
  { retry, stopping }: { readonly retry: Retry; readonly stopping: AbortSignal },
): Promise<readonly Received<T>[]> =>
  retry.until(() => consumer.take({ max: batchSize, signal: stopping }), {
    signal: stopping,
    mayWait: true,
    isFinal: error => error instanceof ConsumerLostError,
  });
