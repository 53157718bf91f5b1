/** Whether the database is the one that this group of handlers settled into: a restored or wrong one would settle twice. */
import type { Pool } from 'pg';
import { committedOffsets, type Connection } from '@bank/messaging';
import { commandTopics } from '../ledger/command.ts';

/** The database has not settled what the group committed as settled. */
export class DatabaseBehindError extends Error {
  override readonly name = 'DatabaseBehindError';
  readonly code = 'DATABASE_BEHIND';
}

/**
 * Compares the settled offsets of the database with those that the group committed.
 *
 * @throws DatabaseBehindError when the database is behind, naming the partitions and what to do
 */
export const checkDatabaseIsNotBehind = async (pool: Pool, connection: Connection, group: string): Promise<void> => {
  // Read before those of the database, which other handlers may be moving on.
  const committed = await committedOffsets(connection, group, commandTopics);
  const settled = await settledOffsets(pool);
  const behind = committed
    .map(({ topic, partition, offset }) => ({ name: `${topic}/${partition}`, offset, settled: settled.get(`${topic}/${partition}`) ?? 0n }))
    .filter(({ offset, settled: upTo }) => offset > upTo)
    .map(({ name, offset, settled: upTo }) => `${name}: settled up to ${upTo}, committed up to ${offset}`);
  if (behind.length === 0) return;
  throw new DatabaseBehindError(
    `the database is behind what group ${group} committed (${behind.join('; ')}): it is another one, or was restored from an older copy. ` +
      'Give the handler the database that settled these commands; if it is lost, read docs/how-to/restore-a-database.md before anything else.',
  );
};

const settledOffsets = async (pool: Pool): Promise<ReadonlyMap<string, bigint>> => {
  const tables = await pool.query('select where to_regclass($1) is not null', ['settled_offsets']);
  // A database that was never migrated has settled nothing.
  if (tables.rowCount === 0) return new Map();
  const { rows } = await pool.query<{ topic: string; partition: number; next_offset: bigint }>('select * from settled_offsets');
  return new Map(rows.map(({ topic, partition, next_offset: offset }) => [`${topic}/${partition}`, offset]));
};
