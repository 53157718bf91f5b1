import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSuite, type Suite } from '@bank/stack';
import { createPool, inTransaction, migrate } from './database.ts';
import { createLogger } from './logging.ts';

describe('the database', () => {
  let suite: Suite;
  let url: string;
  let pool: pg.Pool;

  beforeAll(async () => {
    suite = await createSuite();
    url = await suite.createDatabase();
    pool = createPool(url, { max: 2, onIdleError: () => undefined });
    await pool.query('create table amounts (cents bigint)');
  });
  afterAll(async () => {
    await pool.end();
    await suite[Symbol.asyncDispose]();
  });

  const amounts = async (): Promise<unknown[]> => (await pool.query<{ cents: bigint }>('select cents from amounts')).rows.map(({ cents }) => cents);

  it('gives 64-bit integers as bigint, to the last cent', async () => {
    await pool.query('insert into amounts values ($1)', [10n ** 17n + 1n]);
    expect(await amounts()).toEqual([10n ** 17n + 1n]);
  });

  it('keeps what a transaction did when its work resolves, and nothing of it when it throws', async () => {
    await inTransaction(pool, client => client.query('insert into amounts values (2)'));
    await expect(inTransaction(pool, async client => {
      await client.query('insert into amounts values (3)');
      throw new Error('changed my mind');
    })).rejects.toThrow('changed my mind');
    expect(await amounts()).toContain(2n);
    expect(await amounts()).not.toContain(3n);
  });

  it('does not hand out a connection again that broke in a transaction', async () => {
    await expect(inTransaction(pool, client => client.query('select pg_terminate_backend(pg_backend_pid())'))).rejects.toThrow();
    expect(await amounts()).toContain(2n);
  });

  it('is given up when it leaves a query without an answer for 8 s', async () => {
    const client = await pool.connect();
    client.on('error', () => undefined);
    // Only the clock of this process is moved on; the database sleeps on for real, and its connection is thrown away.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const gaveUp = expect(client.query('select pg_sleep(60)')).rejects.toThrow('Query read timeout');
      await vi.advanceTimersByTimeAsync(8_000);
      await gaveUp;
    } finally {
      vi.useRealTimers();
      client.release(true);
    }
    expect(await amounts()).toContain(2n);
  });

  it('is migrated once, also when two do it at the same time', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(folder, '0001_once.sql'), '-- Up Migration\ncreate table once (x int);');
    const log = createLogger('test', 'silent');
    await Promise.all([migrate(url, folder, log), migrate(url, folder, log)]);
    await migrate(url, folder, log);
    expect((await pool.query('select * from migrations')).rowCount).toBe(1);
    await rm(folder, { recursive: true });
  });
});
