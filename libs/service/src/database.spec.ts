import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createSuite, type Suite } from '@bank/stack';
import { arrayLiteral, createPool, inTransaction, migrate } from './database.ts';
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

  it('takes arrays as literals: any text, and what is not there', async () => {
    const special = fc.constantFrom('"', '\\', ',', '{', 'NULL', '');
    const anyText = fc.oneof(special, fc.string({ unit: 'binary' }).filter(text => !text.includes('\0') && text.isWellFormed()));
    await fc.assert(fc.asyncProperty(fc.oneof(fc.array(anyText), fc.array(fc.option(anyText))), async texts => {
      const { rows } = await pool.query<{ texts: unknown }>('select $1::text[] as texts', [arrayLiteral(texts)]);
      expect(rows[0]?.texts).toEqual(texts);
    }));
    const { rows: [none] } = await pool.query<{ texts: unknown }>('select $1::text[] as texts', [arrayLiteral([])]);
    expect(none?.texts).toEqual([]);
    const { rows: [numbers] } = await pool.query<Record<string, unknown>>('select $1::bigint[] as longs, $2::double precision[] as doubles', [
      arrayLiteral([-(2n ** 63n), 0n]), arrayLiteral([1.5, NaN, -0]),
    ]);
    expect(numbers).toEqual({ longs: [-(2n ** 63n), 0n].map(String), doubles: [1.5, NaN, 0] });
    const at = new Date('2025-01-31T12:00:00.123Z');
    const { rows } = await pool.query<Record<string, unknown>>('select $1::bigint[] as numbers, $2::timestamptz[] as times, $3::bytea[] as bytes, $4::boolean[] as flags', [
      arrayLiteral([1n, null, -(2n ** 63n)]), arrayLiteral([at]), arrayLiteral([Buffer.from([0, 92, 34])]), arrayLiteral([true, false]),
    ]);
    expect(rows[0]).toEqual({ numbers: [1n, null, -(2n ** 63n)].map(each => each === null ? null : String(each)), times: [at], bytes: [Buffer.from([0, 92, 34])], flags: [true, false] });
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

  it('commits beside the last statement, or keeps nothing when that fails', async () => {
    await inTransaction(pool, (client, commit) => Promise.all([client.query('insert into amounts values (4)'), commit()]));
    await expect(inTransaction(pool, async (client, commit) => {
      await client.query('insert into amounts values (5)');
      await Promise.all([client.query(`insert into amounts values ('many')`), commit()]);
    })).rejects.toThrow('many');
    expect(await amounts()).toContain(4n);
    expect(await amounts()).not.toContain(5n);
  });

  it('keeps nothing of a work that swallowed an error of a statement, and says so', async () => {
    await expect(inTransaction(pool, async client => {
      await client.query('insert into amounts values (6)');
      await client.query('no statement').catch(() => undefined);
    })).rejects.toThrow('the transaction was rolled back');
    expect(await amounts()).not.toContain(6n);
  });

  it('lets nothing be written by a work whose transaction could not begin', async () => {
    const one = createPool(url, { max: 1, onIdleError: () => undefined });
    // pg refuses a name that stands for another text: begin fails, and the connection goes on.
    await one.query({ name: 'begin', text: 'select 1' });
    await expect(inTransaction(one, async client => {
      await client.query('select 1');
      await client.query('insert into amounts values (7)');
    }, { readsFirst: true })).rejects.toThrow();
    expect(await amounts()).not.toContain(7n);
    await one.end();
  });

  it('gives its connections settings of their own', async () => {
    const set = createPool(url, { max: 1, settings: { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off' }, onIdleError: () => undefined });
    expect((await set.query('show plan_cache_mode')).rows).toEqual([{ plan_cache_mode: 'force_generic_plan' }]);
    expect((await set.query('show enable_seqscan')).rows).toEqual([{ enable_seqscan: 'off' }]);
    await set.end();
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

  describe('entered by a role that may only read and write', () => {
    const log = createLogger('test', 'silent');
    let folder = '';
    let owner = '';
    let service = '';

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'migrations-'));
      ({ ownerUrl: owner, url: service } = await suite.createServiceDatabase());
      await writeFile(join(folder, '0001_notes.sql'), '-- Up Migration\ncreate table notes (id integer generated always as identity, note text);');
    });
    afterAll(() => rm(folder, { recursive: true }));

    it('is refused to it, in one line, when there is something to migrate', async () => {
      const role = new URL(service).username;
      const line = `the database lacks 0001_notes, and role ${role} may not change its tables: run the verb "migrate" first, with the DATABASE_URL of their owner`;
      await expect(migrate(service, folder, log)).rejects.toThrow(line);
      expect(await migrate(owner, folder, log)).toEqual(['0001_notes']);
      await writeFile(join(folder, '0002_more.sql'), '-- Up Migration\ncreate table more (note text);');
      await expect(migrate(service, folder, log)).rejects.toThrow('the database lacks 0002_more, and role');
    });

    it('changes nothing when all is applied, and lets it read and write', async () => {
      await migrate(owner, folder, log);
      expect(await migrate(service, folder, log)).toEqual([]);
      const its = createPool(service, { max: 1, onIdleError: () => undefined });
      await its.query(`insert into notes (note) values ('a'), ('b')`);
      await its.query(`update notes set note = 'c' where note = 'a'`);
      await its.query(`delete from notes where note = 'b'`);
      expect((await its.query('select note from notes')).rows).toEqual([{ note: 'c' }]);
      await expect(its.query('truncate notes')).rejects.toThrow('permission denied');
      await expect(its.query('create table mine ()')).rejects.toThrow('permission denied');
      await its.end();
    });
  });
});
