/** A whole secured bank, without its page: its parts work with each other, and none of them lets a secret out. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Client } from 'pg';
import { expect, it } from 'vitest';
import { freePorts } from '../process/ports.ts';
import { createCertificates } from '../security.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { databasesOf } from './addresses.ts';
import { startBank } from './bank.ts';
import { placesIn } from './folder.ts';
import { bankPorts } from './ports.ts';
import { databaseUrl } from '../servers/database.ts';

const startMs = 180_000;

const query = async (connectionString: string, text: string): Promise<unknown[]> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const filesIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));

/** The files that hold one of the secrets. */
const filesWith = async (secrets: readonly string[], files: readonly string[]): Promise<string[]> => {
  const texts = await Promise.all(files.map(async file => [file, await readFile(file, 'latin1').catch(() => '')] as const));
  return texts.filter(([, text]) => secrets.some(secret => text.includes(secret))).map(([file]) => file);
};

it('a secured bank settles commands, and shows its secrets to nobody', { timeout: startMs }, async () => {
  const folder = await temporaryFolder();
  const certificates = await createCertificates(join(folder, 'certs'));
  const [base] = await freePorts(8);
  const place = { folder: join(folder, 'bank'), ports: bankPorts(base), certificates };
  await using bank = await startBank({ ...place, without: ['frontend'] });

  const { handler, endpoint } = await databasesOf(place);
  // The generator opens accounts for the first heartbeats.
  await expect.poll(() => query(databaseUrl(handler.service), 'select count(*)::int > 1 as opened from accounts'), { timeout: 30_000 }).toEqual([{ opened: true }]);
  await expect.poll(() => query(databaseUrl(endpoint.service), 'select count(*)::int > 1 as projected from accounts'), { timeout: 30_000 }).toEqual([{ projected: true }]);
  await expect(query(databaseUrl(handler.service), 'drop table accounts')).rejects.toThrow('must be owner of table accounts');

  const { secrets: secretsFolder, logs, data } = placesIn(place.folder);
  const secrets = await Promise.all((await filesIn(secretsFolder)).map(file => readFile(file, 'utf8')));
  expect(secrets).toHaveLength(12);
  const processes = bank.status.flatMap(({ process: started }) => (started === undefined ? [] : [`/proc/${started.pid}/cmdline`]));
  expect(processes).toHaveLength(7);
  expect(await filesWith(secrets, [...processes, ...(await filesIn(logs))])).toEqual([]);
  const settings = (await filesWith(secrets, await filesIn(data))).map(file => relative(data, file));
  expect(settings).toEqual(['registry/registry.properties']);
  expect((await stat(join(data, settings[0] ?? ''))).mode & 0o777).toBe(0o600);
});
