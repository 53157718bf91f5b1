import { Client, type QueryResultRow } from 'pg';
import { describe, expect, it } from 'vitest';
import { findEnvironment } from '../testing/environment.ts';
import { createSuite } from '../testing/suite.ts';
import { canConnect, createDatabase } from './database.ts';

const adminUrl = findEnvironment()?.TEST_DATABASE_ADMIN_URL ?? '';

const query = async (connectionString: string, text: string): Promise<QueryResultRow[]> => {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<QueryResultRow>(text)).rows;
  } finally {
    await client.end();
  }
};

/** The same login for another database. */
const into = (url: string, database: string): string => Object.assign(new URL(url), { pathname: database }).href;

describe('a database', () => {
  it('is entered and used by its own role', async () => {
    await using suite = await createSuite();
    const url = await suite.createDatabase();
    await query(url, 'create table note (text text); insert into note values (\'kept\')');
    expect(await query(url, 'select text from note')).toEqual([{ text: 'kept' }]);
  });

  it('is closed to every other role', async () => {
    await using suite = await createSuite();
    const [own, other] = [await suite.createDatabase(), await suite.createDatabase()];
    expect(await canConnect(own)).toBe(true);
    await expect(query(into(own, new URL(other).pathname), 'select 1')).rejects.toThrow(/permission denied for database/);
    await expect(query(into(own, 'postgres'), 'select 1')).rejects.toThrow(/permission denied for database/);
    await expect(query(into(own, 'template1'), 'select 1')).rejects.toThrow(/permission denied for database/);
  });

  it('is closed to its own role without the password', async () => {
    await using suite = await createSuite();
    const url = Object.assign(new URL(await suite.createDatabase()), { password: 'guessed' }).href;
    await expect(query(url, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  it('is made once: making it again changes the password and keeps the data', async () => {
    await using suite = await createSuite();
    const first = await suite.createDatabase();
    await query(first, 'create table note (text text)');
    const { username, pathname } = new URL(first);
    const second = await createDatabase(adminUrl, { name: pathname.slice(1), role: username, password: "it's new" });
    expect(await canConnect(first)).toBe(false);
    expect(await query(second, 'select text from note')).toEqual([]);
  });

  it('sorts by code point and speaks UTF-8', async () => {
    await using suite = await createSuite();
    const rows = await query(await suite.createDatabase(), "select * from (values ('é'), ('z'), ('Z')) as letter (l) order by l");
    expect(rows).toEqual([{ l: 'Z' }, { l: 'z' }, { l: 'é' }]);
  });
});
