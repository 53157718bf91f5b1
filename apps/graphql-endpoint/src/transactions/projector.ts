/** The loop that keeps the projection up to date: take what waits, project it, commit its offsets. */
import type { Pool } from 'pg';
import { CommitError, ConsumerLostError, OffsetCommits, type Consumer, type Received } from '@bank/messaging';
import type { Logger, Retry } from '@bank/service';
import { hashedId } from '../banking/command.ts';
import type { Metrics } from '../metrics.ts';
import { batchOf, type Batch, type ProjectedTopic } from './batch.ts';
import { project, type Projected } from './projection.ts';

/** So much goes into one transaction at the most: a rebuild is quick, and a stop does not wait long. */
const batchSize = 5_000;

type Parts = {
  readonly consumer: Pick<Consumer<ProjectedTopic>, 'take' | 'commit'>;
  readonly pool: Pool;
  readonly retry: Retry;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'transactionsProjected' | 'projectionDelay' | 'eventsUnreadable' | 'eventsContradicting' | 'commandsSettled'>;
  /** Told of each batch when it is projected. */
  readonly onProjected?: (batch: Batch) => void;
};

/**
 * Projects until the signal aborts; the batch in hand is finished first. While it is in the database the next one is decoded.
 *
 * @throws ConsumerLostError when the consumer is lost for good
 */
export const keepProjecting = async (parts: Parts, signal: AbortSignal): Promise<void> => {
  const { consumer, pool, retry, log, onProjected } = parts;
  const isFinal = (error: unknown): boolean => error instanceof ConsumerLostError;
  const take = async (): Promise<readonly Received<ProjectedTopic>[]> =>
    retry.until(() => consumer.take({ max: batchSize, signal }), { signal, isFinal, mayWait: true });
  const offsetCommits = new OffsetCommits<ProjectedTopic>(done => consumer.commit(done).catch((error: unknown) => {
    if (!(error instanceof CommitError)) throw error;
    log.warn({ err: error }, 'offsets not committed: the batch may come again, to no effect');
  }));
  try {
    let taking = take();
    while (!signal.aborted) {
      const received = await taking;
      taking = take();
      // Its failure is met in the next round; until then it is nobody's unhandled rejection.
      taking.catch(() => undefined);
      if (received.length === 0) continue;
      const batch = batchOf(received);
      report(batch, await retry.until(() => project(pool, batch), { signal }), parts);
      parts.metrics.projectionDelay.observe((Date.now() - Math.min(...received.map(({ raw }) => raw.timestampMs))) / 1_000);
      offsetCommits.add(received);
      onProjected?.(batch);
    }
    await offsetCommits.flush();
  } catch (error) {
    if (!signal.aborted) throw error;
    log.warn({ err: error }, 'stopped before the batch in hand was projected: it comes again');
  }
};

const report = (batch: Batch, projected: Projected, { log, metrics }: Parts): void => {
  metrics.transactionsProjected.inc(projected.transactionsAdded);
  for (const { topic, partition, offset, reason } of batch.unreadable) {
    metrics.eventsUnreadable.inc({ topic });
    log.error({ topic, partition, offset: String(offset), reason }, 'message passed over: it cannot be projected');
  }
  for (const { iban, version, partition, offset, why } of projected.stopped) {
    metrics.eventsContradicting.inc();
    log.error({ iban, version: String(version), partition, offset: String(offset), why }, 'event contradicts what was known: its account is stopped');
  }
  for (const { creationId } of projected.opened) log.info({ commandId: hashedId(creationId) }, 'account creation answered');
  for (const { id, status } of projected.settled) {
    metrics.commandsSettled.inc({ outcome: status.toLowerCase() });
    log.info({ commandId: id, status }, 'command settled');
  }
};
