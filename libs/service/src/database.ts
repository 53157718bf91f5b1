/** PostgreSQL as services use it: migrations at start, a pool, transactions. int8 arrives as bigint. */
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from './logging.ts';

/** Parses int8 as bigint, all else as pg does; for one pool, so that nothing changes for others in the process. */
const bigintTypes = (): pg.TypeOverrides => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, BigInt);
  return types;
};

export type PoolOptions = {
  /** The most connections at once. */
  readonly max: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  readonly onIdleError: (error: Error) => void;
};

/**
 * A pool whose connections never hold or await a lock for more than 5 s, so that a frozen process does not freeze others, and whose
 * queries fail after 8 s without an answer, so that a database that hangs is noticed. (Migrations have connections of their own: they
 * take as long as they need.)
 */
export const createPool = (databaseUrl: string, { max, onIdleError }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    types: bigintTypes(),
    // Queries of one transaction that do not wait for each other's results are sent at once.
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    query_timeout: 8_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 5_000,
  });
  return pool.on('error', onIdleError);
};

/** Runs work in one transaction on a connection of its own: committed when the work resolves, rolled back when it throws. */
export const inTransaction = async <R>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<R>): Promise<R> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onBroken = (error: Error): void => {
    broken = error;
  };
  // The pool listens only to connections that are idle: without this one a lost database would end the process.
  client.on('error', onBroken);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    try {
      await client.query('rollback');
    } catch (rollbackError) {
      // What cannot roll back is not for others to use. The first error is the one to tell.
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    }
    throw error;
  } finally {
    client.off('error', onBroken);
    client.release(broken);
  }
};

/**
 * Brings a database's schema to the newest version; several services may do so at once, one after the other does it.
 *
 * @param directory a folder of SQL files, applied in the order of their names
 */
export const migrate = async (databaseUrl: string, directory: string, log: Logger): Promise<void> => {
  const applied = await runner({
    databaseUrl,
    dir: directory,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    logger: { debug: line => log.debug(line), info: line => log.debug(line), warn: line => log.warn(line), error: line => log.error(line) },
  });
  if (applied.length > 0) log.info({ migrations: applied.map(({ name }) => name) }, 'database migrated');
};
