/**
 * The database says how far the projection is, not the consumer group: they part when the database is another or an older one, or when its
 * projection was emptied to be built anew.
 */
import type { Pool } from 'pg';
import { committedOffsets, forgetGroup, type Connection } from '@bank/messaging';
import type { Logger } from '@bank/service';
import { projectedTopics } from './batch.ts';
import { projectedOffsets } from './progress.ts';

type Parts = { readonly pool: Pool; readonly connection: Connection; readonly group: string; readonly log: Logger };

/**
 * Lets a group that is ahead of the database begin anew, from the first offset: what is there already is projected to no effect. To be
 * called before the group is joined.
 *
 * @throws Error when another member of the group runs: that one would go on from the offsets it has
 */
export const forgetOffsetsAhead = async ({ pool, connection, group, log }: Parts): Promise<void> => {
  // Read before those of the database, which other members may be moving on.
  const committed = await committedOffsets(connection, group, projectedTopics);
  const projected = await projectedOffsets(pool);
  const ahead = committed
    .map(({ topic, partition, offset }) => ({ name: `${topic}/${partition}`, offset }))
    .filter(({ name, offset }) => offset > (projected.get(name) ?? 0n));
  if (ahead.length === 0) return;
  try {
    await forgetGroup(connection, group);
  } catch (cause) {
    throw new Error(`group ${group} is ahead of the database and cannot begin anew while other members run: stop them first`, { cause });
  }
  log.warn({ partitions: ahead.map(({ name }) => name) }, 'the group was ahead of the database: it begins anew from the first offset');
};
