/** PostgreSQL on 127.0.0.1 only, every login by password. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isThere } from '../files.ts';
import { runChild, type Command } from '../process/child.ts';
import { becomesTrue } from '../process/condition.ts';
import { loopback } from '../process/ports.ts';
import { authorityFile, certificateFiles } from '../security.ts';
import type { Service } from '../supervisor/part.ts';
import { canConnect, closeToOthers, createDatabase, createServiceDatabase, databaseUrl, type Login, type ServiceDatabase } from './database.ts';
import { findPostgres } from './postgres-binaries.ts';
import { giveTo, postgresUser, privilegesOf, type User } from './postgres-user.ts';

export type PostgresOptions = {
  /** Holds the data. */
  readonly folder: string;
  readonly port: number;
  /** The superuser's password; a secret. */
  readonly password: string;
  /** The databases to make, each with its own role, or with an owner besides. */
  readonly databases: readonly (Login | ServiceDatabase)[];
  /** The folder of certificates, for a server that speaks TLS only. */
  readonly certificates?: string | undefined;
};

const superuser = 'postgres';

/** The address of the superuser's own database. */
export const adminUrlOf = ({ port, password, certificates }: Pick<PostgresOptions, 'port' | 'password' | 'certificates'>): string =>
  databaseUrl({ port, name: superuser, role: superuser, password, caFile: certificates && authorityFile(certificates) });

const settingsOf = ({ port, certificates }: PostgresOptions) => ({
  port,
  listen_addresses: loopback,
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  shared_buffers: '128MB',
  // To fill each new file of its log with zeros would hold up all commits for up to 70 ms every few seconds of load.
  wal_init_zero: 'off',
  // Tests of several projects share one server, each with its own pools.
  max_connections: 200,
  ...(certificates !== undefined && { ssl: 'on', ssl_min_protocol_version: 'TLSv1.3' }),
});

/** Written at every start: a folder may be of a plaintext stack today and of a secured one tomorrow. */
const writeAccessRules = ({ folder, certificates }: PostgresOptions): Promise<void> => {
  const host = certificates === undefined ? 'host' : 'hostssl';
  // Replication is no database, so "all" does not mean it.
  return writeFile(join(folder, 'pg_hba.conf'), `${host} all all ${loopback}/32 scram-sha-256\n${host} replication postgres ${loopback}/32 scram-sha-256\n`);
};

/** PostgreSQL insists that its key be its user's own, so it has copies, under the names where it looks for them by itself. */
const copyCertificate = async (folder: string, certificates: string, user: User | undefined): Promise<void> => {
  const { certFile, keyFile } = certificateFiles(certificates, 'postgres');
  for (const [from, to] of [[keyFile, 'server.key'], [certFile, 'server.crt']] as const) {
    const partial = join(folder, `${to}.partial`);
    await writeFile(partial, await readFile(from), { mode: 0o600 });
    await giveTo(user, partial);
    await rename(partial, join(folder, to));
  }
};

/** Has a running server take its certificate as it now stands among the others. */
export const reloadCertificate = async (folder: string, certificates: string): Promise<void> => {
  await copyCertificate(folder, certificates, await postgresUser(folder));
  const [pid] = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGHUP');
};

type Creation = { readonly user: User | undefined; readonly privileges: readonly string[]; readonly logFile: string };

const initialise = async (options: PostgresOptions, { user, privileges, logFile }: Creation): Promise<void> => {
  const { initdb } = await findPostgres();
  // Made beside its place and moved there when complete: what an interruption leaves is not taken for a database.
  const partial = `${options.folder}.partial`;
  const passwordFile = `${options.folder}.password`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  await Promise.all([giveTo(user, partial), giveTo(user, passwordFile)]);
  try {
    const login = [`--username=${superuser}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    // Sorted by code point, the same on every machine and for ever: no dependence on the system's locales.
    const text = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    await runChild({ file: initdb, args: [`--pgdata=${partial}`, ...login, ...text], cwd: partial, privileges }, logFile);
  } finally {
    await rm(passwordFile);
  }
  await rename(partial, options.folder);
};

/** How long a server that was told to stop, or whose supervisor was killed, may need to be gone. */
const predecessorMs = 10_000;

/** Whose process id a lock of PostgreSQL names now. */
const holderOf = async (folder: string, pid: string): Promise<'nobody' | 'the server' | 'another program'> => {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine === undefined) return 'nobody';
  return commandLine.split('\0').includes(folder) ? 'the server' : 'another program';
};

/**
 * Makes way for a start after a kill −9. A server that is still going down is waited for. A lock whose process id has meanwhile been
 * given to another program is removed, for PostgreSQL would take that program for its predecessor; with any other stale lock, and
 * with what the old server may have left running, it deals better itself.
 */
const clearStaleLock = async (folder: string): Promise<void> => {
  const lock = join(folder, 'postmaster.pid');
  const [pid = ''] = (await readFile(lock, 'utf8').catch(() => '')).split('\n');
  if (pid === '' || process.platform !== 'linux') return;
  const isGone = await becomesTrue(async () => (await holderOf(folder, pid)) !== 'the server', AbortSignal.timeout(predecessorMs));
  if (!isGone) throw new Error(`PostgreSQL already runs on ${folder}, as process ${pid}`);
  if ((await holderOf(folder, pid)) === 'another program') await rm(lock);
};

const commandOf = async (options: PostgresOptions, logFile: string): Promise<Command> => {
  const { postgres } = await findPostgres();
  await mkdir(dirname(options.folder), { recursive: true });
  const user = await postgresUser(options.folder);
  const privileges = await privilegesOf(user, [options.folder, postgres]);
  const isInitialised = await isThere(options.folder);
  if (!isInitialised) await initialise(options, { user, privileges, logFile });
  await clearStaleLock(options.folder);
  await writeAccessRules(options);
  if (options.certificates !== undefined) await copyCertificate(options.folder, options.certificates, user);
  const settings = Object.entries(settingsOf(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    file: postgres,
    args: ['-D', options.folder, ...settings],
    cwd: options.folder,
    privileges,
    // An immediate shutdown: it takes the server's own children along, which a kill would leave to notice by themselves.
    deathSignal: 'SIGQUIT',
  };
};

/** PostgreSQL as a part of a stack: ready when its databases are there too. */
export const postgres = (options: PostgresOptions, needs: readonly string[]): Service => ({
  kind: 'service',
  name: 'postgres',
  needs,
  ports: [options.port],
  command: logFile => commandOf(options, logFile),
  isReady: () => canConnect(adminUrlOf(options)),
  afterReady: async () => {
    const adminUrl = adminUrlOf(options);
    await closeToOthers(adminUrl);
    for (const database of options.databases) {
      await ('owner' in database ? createServiceDatabase(adminUrl, database) : createDatabase(adminUrl, database));
    }
  },
  // A fast shutdown: it ends the connections that are open. SIGTERM would wait for them.
  stopSignal: 'SIGINT',
  graceMs: 20_000,
  // After a kill −9 the shared memory of the old server is in use until the last of its processes has noticed.
  startAttempts: 6,
});
