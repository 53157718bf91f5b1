/** A base backup of PostgreSQL and its write-ahead log, as docs/how-to/back-up-and-restore.md tells to keep them, without any of its tools. */
import { execFile } from 'node:child_process';
import { chown, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

const ask = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

/** Writes a file of a server's data, which belongs to the server's user. */
const write = async (data: string, file: string, text: string, flag: 'w' | 'a' = 'w'): Promise<void> => {
  const { uid, gid } = await stat(join(data, 'PG_VERSION'));
  await writeFile(join(data, file), text, { flag });
  await chown(join(data, file), uid, gid);
};

/** Has a server keep a copy of each segment of its log, from its next start on. The folder is made, for any user to write to. */
export const archiveInto = async (adminUrl: string, archive: string): Promise<void> => {
  await run('install', ['-d', '-m', '0777', archive]);
  await ask(adminUrl, 'alter system set archive_mode = on', `alter system set archive_command = 'cp "%p" "${archive}/%f"'`);
};

/** Copies all databases of a server that goes on working. With the log from its begin to its end on, the copy is whole. */
export const takeBaseBackup = async (adminUrl: string, { data, to }: { readonly data: string; readonly to: string }): Promise<void> => {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(`select pg_backup_start('backup', fast => true)`);
    await run('cp', ['-a', data, to]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(wait_for_archive => true)');
    await write(to, 'backup_label', rows[0]?.labelfile ?? '');
  } finally {
    await client.end();
  }
  // The log belongs to the archive, and the lock to the server.
  await rm(join(to, 'postmaster.pid'), { force: true });
  for (const segment of await readdir(join(to, 'pg_wal'), { withFileTypes: true })) {
    if (segment.isFile()) await rm(join(to, 'pg_wal', segment.name));
  }
};

/** Puts what a server had written to its log and not archived yet into the archive: what pg_receivewal does all the time. */
export const saveLog = async (data: string, archive: string): Promise<void> => {
  const log = join(data, 'pg_wal');
  for (const segment of await readdir(log, { withFileTypes: true })) if (segment.isFile()) await run('cp', ['-p', join(log, segment.name), join(archive, segment.name)]);
};

/** Puts a base backup in the place of a server's data, to be brought up to the log's end when it starts. */
export const putBack = async (backup: string, { data, archive }: { readonly data: string; readonly archive: string }): Promise<void> => {
  await rm(data, { recursive: true, force: true });
  await run('cp', ['-a', backup, data]);
  // Nobody is let in before the last commit is there.
  await write(data, 'postgresql.conf', `restore_command = 'cp "${archive}/%f" "%p"'\nhot_standby = off\n`, 'a');
  await write(data, 'recovery.signal', '');
};
