/** docker/postgres/init.sql on a real PostgreSQL: as the image runs it once, but for names that no other suite has. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '@bank/stack';
import { dockerFolder, serviceOf } from './compose-file.ts';

const adminUrl = process.env['TEST_DATABASE_ADMIN_URL'] ?? '';
const prefix = `docker_${randomBytes(4).toString('hex')}_`;
const secrets = mkdtempSync(join(tmpdir(), 'postgres-'));
const databases = ['command_handler', 'graphql_endpoint'] as const;
type Role = (typeof databases)[number] | `${(typeof databases)[number]}_owner`;
const roles: readonly Role[] = databases.flatMap(name => [name, `${name}_owner`] as const);

const urlOf = (role: Role, database: string): string => Object.assign(new URL(adminUrl), { username: `${prefix}${role}`, password: `password-of-${role}`, pathname: `${prefix}${database}` }).href;

/** Does it all on one connection. */
const run = async (url: string, ...statements: string[]): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

/** The script as psql takes it: on a new connection after each \connect, a statement at a time, for databases are made in none of several. */
const runScript = async (script: string): Promise<void> => {
  const [first = '', ...others] = script.replace(/^\\set .*$|^--.*$/gm, '').split(/^\\connect /m);
  for (const part of [`postgres\n${first}`, ...others]) {
    const [database = '', ...lines] = part.split('\n');
    const statements = lines.join('\n').split(/;\n(?! |begin|end)/).map(statement => statement.trim()).filter(statement => statement !== '');
    await run(Object.assign(new URL(adminUrl), { pathname: database }).href, ...statements);
  }
};

beforeAll(async () => {
  chmodSync(secrets, 0o755);
  for (const role of roles) writeFileSync(join(secrets, `${prefix}${role}.password`), `password-of-${role}`);
  const script = readFileSync(join(dockerFolder, 'postgres/init.sql'), 'utf8');
  await runScript(script.replace(/(command_handler|graphql_endpoint)/g, `${prefix}$1`).replaceAll('/run/secrets', secrets));
});

afterAll(async () => {
  await run(adminUrl, ...databases.map(name => `drop database ${prefix}${name} with (force)`), ...roles.map(role => `drop role ${prefix}${role}`));
  rmSync(secrets, { recursive: true });
});

describe.each(databases)('the database %s', name => {
  it('is migrated by the step before the service, as its owner', async () => {
    const app = name.replace('_', '-');
    const { code, output } = await runProgram(app, { args: ['migrate'], env: { DATABASE_URL: urlOf(`${name}_owner`, name) } });
    expect(output).toMatch(/^migrated: /);
    expect(code).toBe(0);
    const again = await runProgram(app, { args: ['migrate'], env: { DATABASE_URL: urlOf(name, name) } });
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('nothing to migrate') as string });
  });

  it('lets the service read and change rows, and nothing else', async () => {
    await run(urlOf(`${name}_owner`, name), 'create table note (id int generated always as identity primary key, text text)');
    await run(urlOf(name, name), "insert into note (text) values ('a')", "update note set text = 'b'", 'select * from note', 'delete from note');
    for (const statement of ['create table other (id int)', 'drop table note', 'truncate note', 'alter table note add extra int', 'create schema own', 'create temporary table t (id int)']) {
      await expect(run(urlOf(name, name), statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('is closed to the roles of the other, and its own are shut out of all others', async () => {
    const [other = 'command_handler'] = databases.filter(candidate => candidate !== name);
    for (const role of [other, `${other}_owner`] as const) await expect(run(urlOf(role, name), 'select 1')).rejects.toMatchObject({ code: '42501' });
    for (const role of [name, `${name}_owner`] as const) {
      const elsewhere = Object.assign(new URL(urlOf(role, name)), { pathname: 'postgres' }).href;
      await expect(run(elsewhere, 'select 1')).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('PostgreSQL, as the compose file has it', () => {
  it('takes passwords over TLS only', () => {
    const rules = readFileSync(join(dockerFolder, 'postgres/pg_hba.conf'), 'utf8').split('\n').filter(line => line !== '' && !line.startsWith('#'));
    expect(rules.map(rule => rule.split(/\s+/))).toEqual([
      ['local', 'all', 'all', 'scram-sha-256'], ['hostssl', 'all', 'all', 'all', 'scram-sha-256'],
      ['local', 'replication', 'postgres', 'scram-sha-256'], ['hostssl', 'replication', 'postgres', 'all', 'scram-sha-256'],
    ]);
    expect(serviceOf('postgres').command).toEqual(expect.arrayContaining(['-cssl=on', '-cssl_min_protocol_version=TLSv1.3', '-cpassword_encryption=scram-sha-256', '-chba_file=/etc/postgresql/pg_hba.conf']));
  });

  it('is given the password of every role that the script makes', () => {
    expect(serviceOf('postgres').secrets).toEqual(expect.arrayContaining(roles.map(role => `${role}.password`)));
  });
});
