import { afterAll, beforeAll, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { createLogger } from '@bank/service';
import { createSuite } from '@bank/stack';
import { createMetrics } from '../metrics.ts';
import { createTables, type Database } from '../testing/database.ts';
import { Gaps } from './gaps.ts';

const resources = new AsyncDisposableStack();
let database: Database;

beforeAll(async () => {
  database = resources.use(await createTables(resources.use(await createSuite())));
});
afterAll(() => resources.disposeAsync());

it('a gap is counted when it is there for over 60 seconds, and until it is filled; a stopped account is counted at once', async () => {
  const { pool } = database;
  let now = 0;
  const metrics = createMetrics(new Registry());
  const gaps = new Gaps({ pool, log: createLogger('spec', 'silent'), metrics, now: () => now });
  const counted = async (): Promise<unknown> => {
    await gaps.look();
    return [(await metrics.accountsWithGap.get()).values[0]?.value, (await metrics.accountsStopped.get()).values[0]?.value];
  };
  await pool.query(`insert into accounts (iban, ordinal, newest, balance, stopped_offset)
    values ('NL39OPEN0000000001', 1, 3, 0, null), ('NL12OPEN0000000002', 2, 2, 0, null), ('NL82OPEN0000000003', 1, 2, 0, 7)`);
  expect(await counted()).toEqual([0, 1]);
  now = 60_000;
  expect(await counted()).toEqual([0, 1]);
  now = 60_001;
  expect(await counted()).toEqual([1, 1]);
  // One version came, the next is missing: that is another gap.
  await pool.query(`update accounts set ordinal = 2, newest = 4 where iban = 'NL39OPEN0000000001'`);
  expect(await counted()).toEqual([0, 1]);
  now = 130_000;
  expect(await counted()).toEqual([1, 1]);
  await pool.query(`update accounts set ordinal = 4 where iban = 'NL39OPEN0000000001'`);
  expect(await counted()).toEqual([0, 1]);
});
