/** How far the projection is, and how far it has to go. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Position, TopicOffsets } from '@bank/messaging';

const askEveryMs = 100;

/** The next offset of each partition, by `topic/partition`. */
export const projectedOffsets = async (pool: Pool): Promise<ReadonlyMap<string, bigint>> => {
  const { rows } = await pool.query<Position>('select topic, partition, next_offset as "offset" from projected_offsets');
  return new Map(rows.map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
};

/** Waits for the projection to reach the ends of some partitions; false when it has not in time. */
export const reaches = async (pool: Pool, ends: readonly TopicOffsets[], { withinMs }: { readonly withinMs: number }): Promise<boolean> => {
  const patience = AbortSignal.timeout(withinMs);
  for (;;) {
    const projected = await projectedOffsets(pool);
    // A partition whose records are all too old to be kept has nothing to project.
    if (ends.every(({ topic, partition, first, next }) => next <= (projected.get(`${topic}/${partition}`) ?? first))) return true;
    if (patience.aborted) return false;
    await wait(askEveryMs);
  }
};
