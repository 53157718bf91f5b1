/** PostgreSQL as services use it: migrations at start, a pool, transactions. int8 arrives as bigint. */
import { readdir } from 'node:fs/promises';
import { parse } from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { z } from 'zod';
import { databaseUrl as databaseUrlVariable, readConfig } from './config.ts';
import { createLogger, type Logger } from './logging.ts';

export { arrayLiteral, type ArrayElement } from './array-literal.ts';

/** Parses int8 as bigint, all else as pg does; for one pool, so that nothing changes for others in the process. */
const bigintTypes = (): pg.TypeOverrides => {
  const types = new pg.TypeOverrides();
  types.setTypeParser(pg.types.builtins.INT8, BigInt);
  return types;
};

/** Has a connection, by TLS or not, send what pg writes in one turn of the event loop at once: the queries of a pipeline, not each by itself. */
const sendByTurn = ({ connection: { stream } }: pg.PoolClient): void => {
  const cork = stream.cork.bind(stream);
  // pg corks for each query.
  stream.cork = () => {
    if (stream.writableCorked === 0) {
      cork();
      process.nextTick(() => stream.uncork());
    }
    cork();
  };
};

/** Prepared, as what goes with them is: pg does not cork for others. */
const begin = { name: 'begin', text: 'begin' };
const commit = { name: 'commit', text: 'commit' };

/** PostgreSQL refuses this service, or is none to trust. */
export class DatabaseRefusedError extends Error {
  override readonly name = 'DatabaseRefusedError';
  readonly code = 'DATABASE_REFUSED';
  readonly isFinal = true;
}

/** Codes of PostgreSQL for a role, a password or a way to come that it does not accept. */
const refusals: readonly unknown[] = ['28P01', '28000'];
/** What Node and pg say of a server that shows the wrong certificate, or none. */
const distrust = /certificate|does not support SSL/;

const refusalIn = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const words = 'code' in error && refusals.includes(error.code) ? 'refuses this service' : distrust.test(error.message) ? 'is none to trust' : undefined;
  return words === undefined ? error : new DatabaseRefusedError(`the database ${words}: ${error.message}; compare DATABASE_URL with it`, { cause: error });
};

const connect = async (databaseUrl: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // It tells of a lost connection by whatever is asked next.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw refusalIn(error);
  }
};

/**
 * Enters the database once, for who would try again and again where there is no hope.
 *
 * @throws DatabaseRefusedError when PostgreSQL refuses this service, or is none to trust; pg's error while it is away or starting up
 */
export const assertDatabaseAdmits = async (databaseUrl: string): Promise<void> => (await connect(databaseUrl)).end();

export type PoolOptions = {
  /** The most connections at once. */
  readonly max: number;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  readonly onIdleError: (error: Error) => void;
  /** Settings of PostgreSQL for these connections. */
  readonly settings?: Readonly<Record<string, string>>;
};

/**
 * A pool whose connections never hold or await a lock for more than 5 s, so that a frozen process does not freeze others, and whose
 * queries fail after 8 s without an answer, so that a database that hangs is noticed. (Migrations have connections of their own: they
 * take as long as they need.)
 */
export const createPool = (databaseUrl: string, { max, onIdleError, settings = {} }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    types: bigintTypes(),
    // Queries of one transaction that do not wait for each other's results are sent at once.
    pipeline: true,
    options: Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`).join(' '),
    connectionTimeoutMillis: 5_000,
    query_timeout: 8_000,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 5_000,
  });
  return pool.on('connect', sendByTurn).on('error', onIdleError);
};

/** A query that may take as long as this, instead of what the pool allows. pg's types do not know that it can be said of one. */
export const patientQuery = (withinMs: number, text: string, values: unknown[] = []): pg.QueryConfig & { readonly query_timeout: number } => ({
  text,
  values,
  query_timeout: withinMs,
});

/**
 * Runs work in one transaction on a connection of its own: committed when the work resolves, rolled back when it throws.
 *
 * @param work may call `commit` itself beside its last statement, which saves a way to the database and back, and await both; what
 * that statement throws without an answer of PostgreSQL leaves open whether all was committed, as an error of the commit does
 * @param options.readsFirst the statements that the work sends in its first turn of the event loop write nothing: then they go out with
 * `begin`, which saves another way
 * @throws what the work threw; or pg's error of begin or commit
 */
export const inTransaction = async <R>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, commit: () => Promise<unknown>) => Promise<R>,
  { readsFirst = false }: { readonly readsFirst?: boolean } = {},
): Promise<R> => {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onBroken = (error: Error): void => {
    broken = error;
  };
  // The pool listens only to connections that are idle: without this one a lost database would end the process.
  client.on('error', onBroken);
  try {
    const begun = client.query(begin);
    // Without a transaction each statement would be committed by itself: whatever the work sends now is refused.
    begun.catch(() => client.end().catch(() => undefined));
    if (!readsFirst) await begun;
    let committed: Promise<unknown> | undefined;
    const commitOnce = (): Promise<unknown> => (committed ??= client.query(commit).then(assertCommitted));
    const result = await work(client, commitOnce);
    await begun;
    await commitOnce();
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

/** PostgreSQL answers the commit of a failed transaction by rolling it back, which is no error to it. */
const assertCommitted = ({ command }: pg.QueryResult): void => {
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back, for one of its statements had failed');
};

/** The database lacks migrations, and who starts here may not make them. */
export class MigrationsMissingError extends Error {
  override readonly name = 'MigrationsMissingError';
  readonly code = 'MIGRATIONS_MISSING';
  readonly isFinal = true;

  constructor(role: string, missing: readonly string[]) {
    super(`the database lacks ${missing.join(', ')}, and role ${role} may not change its tables: run the verb "migrate" first, with the DATABASE_URL of their owner`);
  }
}

/**
 * Brings a database's schema to the newest version; several services may do so at once, one after the other does it. A role that may not
 * change the schema changes nothing, and is content when nothing is left to do.
 *
 * @param directory a folder of SQL files, applied in the order of their names
 * @returns the names of those that were applied
 * @throws MigrationsMissingError when there is something to do and the role may not
 */
export const migrate = async (databaseUrl: string, directory: string, log: Logger): Promise<readonly string[]> => {
  if (!(await mayMigrate(databaseUrl, directory))) return [];
  const applied = await runner({
    databaseUrl,
    dir: directory,
    direction: 'up',
    migrationsTable: 'migrations',
    advisoryLockMode: 'wait',
    logger: { debug: line => log.debug(line), info: line => log.debug(line), warn: line => log.warn(line), error: line => log.error(line) },
  });
  const names = applied.map(({ name }) => name);
  if (names.length > 0) log.info({ migrations: names }, 'database migrated');
  return names;
};

/**
 * The verb `migrate` of a service: a step before it, with the DATABASE_URL of the tables' owner. Tells what was done.
 *
 * @param directory a folder of SQL files, as `migrate` takes it
 * @throws ConfigError without a proper DATABASE_URL; what `migrate` throws
 */
export const migrateByVerb = async (service: string, directory: string): Promise<void> => {
  const { DATABASE_URL } = readConfig(z.object({ DATABASE_URL: databaseUrlVariable }), process.env);
  const applied = await migrate(DATABASE_URL, directory, createLogger(service, 'warn'));
  console.log(applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'nothing to migrate');
};

/** False when the role may make no tables and needs none. */
const mayMigrate = async (databaseUrl: string, directory: string): Promise<boolean> => {
  const client = await connect(databaseUrl);
  try {
    const { rows: [found] } = await client.query<{ role: string; may: boolean; isThere: boolean }>(
      `select current_user as role, has_schema_privilege(current_schema(), 'create') as may, to_regclass('migrations') is not null as "isThere"`,
    );
    if (!found || found.may) return true;
    const applied = found.isThere ? (await client.query<{ name: string }>('select name from migrations')).rows.map(({ name }) => name) : [];
    const all = (await readdir(directory)).map(file => parse(file).name).sort();
    const missing = all.filter(name => !applied.includes(name));
    if (missing.length > 0) throw new MigrationsMissingError(found.role, missing);
    return false;
  } finally {
    await client.end();
  }
};
