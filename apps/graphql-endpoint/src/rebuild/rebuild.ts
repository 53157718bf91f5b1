/** Builds the projection anew, from the first offset of each topic. */
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { forgetGroup, topicOffsets, type Connection, type TopicOffsets } from '@bank/messaging';
import { Health, Retry, type Logger } from '@bank/service';
import { inTransaction, patientQuery } from '@bank/service/database';
import { company } from '@bank/topology';
import { createMetrics } from '../metrics.ts';
import { projectedTopics, type Batch } from '../transactions/batch.ts';
import { projectCompany } from '../transactions/projection.ts';
import { keepProjecting } from '../transactions/projector.ts';
import { allRowsWithinMs, checksumOf } from './checksum.ts';
import { Members } from './members.ts';
import { Progress } from './progress.ts';

type Parts = {
  readonly pool: Pool;
  readonly connection: Connection;
  readonly group: string;
  readonly log: Logger;
  readonly tell: (line: string) => void;
  /** When it aborts, the rebuild ends where it is: the next start of an endpoint goes on from there. */
  readonly signal: AbortSignal;
};

/** So long nothing comes, and nothing fails, when what the topics seem to hold beyond are no records but the marks of transactions. */
const nothingMoreAfterMs = 30_000;

/**
 * Empties the projection and fills it again, and tells what it comes to before and after.
 *
 * @returns whether all was projected
 * @throws Error when an endpoint runs, or was started meanwhile
 */
export const rebuild = async (parts: Parts): Promise<boolean> => {
  const { pool, connection, group, tell, signal } = parts;
  const before = await checksumOf(pool);
  tell(`before: ${before.rows} rows, checksum ${before.hash}`);
  await forgetGroup(connection, group).catch((cause: unknown) => {
    throw new Error(`an endpoint runs: stop it first (one that was killed is believed to run for ${connection.sessionTimeoutMs} ms more)`, { cause });
  });
  const ends = await topicOffsets(connection, projectedTopics);
  // Joined before anything is emptied, so that no endpoint projects in between, and is believed to have been here.
  await using members = await Members.join(connection, group);
  await empty(pool, ends);
  members.assertAlone();
  const progress = new Progress(ends.reduce((sum, { first, next }) => sum + Number(next - first), 0));
  const isComplete = await projectUpTo(ends, members, parts, progress);
  members.assertAlone();
  tell(progress.lastLine());
  const after = await checksumOf(pool);
  tell(`after: ${after.rows} rows, checksum ${after.hash}${after.hash === before.hash ? ', as before' : ', another than before'}`);
  return isComplete && !signal.aborted;
};

/** Accounts that were opened and transfers that were answered longer ago than the topics tell stay. */
const empty = (pool: Pool, ends: readonly TopicOffsets[]): Promise<void> =>
  inTransaction(pool, async client => {
    const feedback = ends.filter(({ topic }) => topic === 'money_transfer_feedback');
    const statements: readonly [text: string, values?: unknown[]][] = [
      // Not truncated: that is a right of its own, which the service does not have.
      ['delete from transactions'],
      ['delete from projected_offsets'],
      ['update accounts set ordinal = 0, newest = 0, balance = 0, changed_at = null, is_numbered = null, stopped_offset = null'],
      ['update accounts set balance = $2 where iban = $1', [company.iban, company.openingBalance]],
      [
        `delete from transfers using unnest($1::integer[], $2::bigint[]) as kept (partition, first)
         where kafka_partition = partition and kafka_offset >= first`,
        [feedback.map(({ partition }) => partition), feedback.map(({ first }) => first)],
      ],
    ];
    for (const [text, values] of statements) await client.query(patientQuery(allRowsWithinMs, text, values));
    await projectCompany(client);
  });

/** Projects until the ends are reached; false when it was told to stop before. */
const projectUpTo = async (
  ends: readonly TopicOffsets[],
  members: Members,
  { pool, log, tell, signal }: Parts,
  progress: Progress,
): Promise<boolean> => {
  const left = new Map(ends.filter(({ first, next }) => next > first).map(({ topic, partition, next }) => [`${topic}/${partition}`, next]));
  if (left.size === 0) return true;
  const health = new Health();
  const enough = new AbortController();
  let [batchesProjected, failedBefore] = [0, 0];
  const nothingMore = setInterval(() => {
    const hasFailed = members.takesFailed > failedBefore || members.areTroubled || Object.keys(health.objections()).length > 0;
    failedBefore = members.takesFailed;
    if (hasFailed || members.batchesTaken > batchesProjected) return;
    tell(`nothing more comes: what is left on ${[...left.keys()].join(', ')} are no records`);
    enough.abort();
  }, nothingMoreAfterMs);
  const onProjected = ({ next, events }: Batch): void => {
    nothingMore.refresh();
    batchesProjected += 1;
    progress.add(events);
    const line = progress.dueLine();
    if (line !== undefined) tell(line);
    for (const { topic, partition, offset } of next) {
      const key = `${topic}/${partition}`;
      if (offset >= (left.get(key) ?? 0n)) left.delete(key);
    }
    if (left.size === 0) enough.abort();
  };
  const metrics = createMetrics(new Registry());
  const retry = new Retry('projecting', { health, log });
  const stop = AbortSignal.any([signal, enough.signal]);
  try {
    await members.each(consumer => keepProjecting({ consumer, pool, log, onProjected, retry, metrics }, stop));
  } finally {
    clearInterval(nothingMore);
  }
  return enough.signal.aborted;
};
