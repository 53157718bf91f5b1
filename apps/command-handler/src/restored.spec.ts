import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { committedOffsets, connectionOf, kafkajsClient, messagingVariables, type Connection } from '@bank/messaging';
import { createSuite, runProgram, startProgram, synchronize, type Suite } from '@bank/stack';
import { topics } from '@bank/topology';
import { commandTopics } from './ledger/command.ts';
import { Customer, deposit, newId } from './testing/customer.ts';
import { forgetEmptyGroup } from './testing/group.ts';

/** Kills the handler when a batch is published and its offsets are not committed. */
const killBeforeCommit = `data:text/javascript,${encodeURIComponent(`
  import { subscribe } from 'node:diagnostics_channel';
  subscribe('command-handler:committing-offsets', () => process.kill(process.pid, 'SIGKILL'));`)}`;

const query = async (url: string, text: string, values: readonly string[] = []): Promise<readonly string[]> => {
  // A connection of its own, for who copies a database must be alone with it.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ value: string }>(text, [...values])).rows.map(({ value }) => value);
  } finally {
    await client.end();
  }
};

describe('a handler that starts', () => {
  let suite: Suite;
  let connection: Connection;
  /** The database of all that was settled. */
  let right: string;
  let customer: Customer;
  let iban: string;
  const adminUrl = String(process.env['TEST_DATABASE_ADMIN_URL']);
  const copies: string[] = [];

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('spec', z.object(messagingVariables).parse(suite.env));
    right = await suite.createDatabase();
    customer = await Customer.connect(suite.env);
    await withHandler(right, async () => {
      ({ iban } = await customer.open());
    });
  });
  afterAll(async () => {
    await customer[Symbol.asyncDispose]();
    // Before the role that owns them, which the suite removes.
    for (const name of copies) await query(adminUrl, `drop database ${name} with (force)`);
    await suite[Symbol.asyncDispose]();
  });

  const start = (database: string, ...nodeOptions: readonly string[]): ReturnType<typeof startProgram> =>
    startProgram('command-handler', { env: { ...suite.env, DATABASE_URL: database }, nodeOptions });
  const run = (database: string, ...args: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram('command-handler', { env: { ...suite.env, DATABASE_URL: database, PORT: '0' }, args });

  /** Has a handler run while some work is done. */
  const withHandler = async (database: string, work: () => Promise<void>): Promise<void> => {
    const handler = await start(database);
    try {
      await work();
    } finally {
      await handler[Symbol.asyncDispose]();
    }
  };

  const balanceIn = async (database: string): Promise<bigint> =>
    BigInt((await query(database, 'select balance::text as value from accounts where iban = $1', [iban]))[0] ?? 0);
  /** The next offset of each partition, to the group and to a database. */
  const committed = async (): Promise<ReadonlyMap<string, bigint>> =>
    new Map((await committedOffsets(connection, 'command-handler', commandTopics)).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  const settledIn = async (database: string): Promise<ReadonlyMap<string, bigint>> => {
    const positions = await query(database, `select topic || '/' || partition || ' ' || next_offset as value from settled_offsets`);
    return new Map(positions.map(position => position.split(' ')).map(([partition = '', offset = '']) => [partition, BigInt(offset)]));
  };

  /** Copies a database file by file, as it is now. */
  const copyOf = async (database: string): Promise<string> => {
    const url = new URL(database);
    const name = `copy_${randomBytes(5).toString('hex')}`;
    await query(adminUrl, `create database ${name} template ${url.pathname.slice(1)} owner ${url.username}`);
    copies.push(name);
    url.pathname = name;
    return url.href;
  };

  /** Has the right database settle deposits of a cent, on several partitions. */
  const settleDeposits = (count: number): Promise<void> => withHandler(right, async () => {
    const ids = Array.from({ length: count }, newId);
    await customer.send(...ids.map(id => deposit(id, iban, 1n)));
    for (const id of ids) await customer.feedback(id);
  });

  /** Every row of a database, how much stands on each topic, and how far the group is. */
  const everything = async (database: string): Promise<unknown> => {
    const tables = await query(database, `select tablename as value from pg_tables where schemaname = 'public' order by 1`);
    const rows = await Promise.all(tables.map(table => query(database, `select t::text as value from ${table} as t order by 1`)));
    const admin = kafkajsClient(connection).admin();
    await admin.connect();
    const onTopics = await Promise.all(Object.keys(topics).map(topic => admin.fetchTopicOffsets(`${connection.topicPrefix}${topic}`)));
    await admin.disconnect();
    return { tables, rows, onTopics, committed: await committed() };
  };

  it('refuses an older copy of its database, says where and what to do, and changes nothing', async () => {
    const older = await copyOf(right);
    const settled = await settledIn(older);
    await settleDeposits(20);
    const before = await everything(older);
    const { code, output } = await run(older);
    expect(code).toBe(1);
    for (const [partition, offset] of await committed()) {
      const upTo = settled.get(partition) ?? 0n;
      if (offset > upTo) expect(output).toContain(`${partition}: settled up to ${upTo}, committed up to ${offset}`);
      else expect(output).not.toContain(`${partition}: `);
    }
    expect(output).toContain('read docs/how-to/restore-a-database.md before anything else');
    expect(await everything(older)).toEqual(before);

    const balance = await balanceIn(right);
    await settleDeposits(1);
    expect(await balanceIn(right)).toBe(balance + 1n);
  });

  it('refuses a database that was never its own, and so does a republishing', async () => {
    const empty = await suite.createDatabase();
    const refusal = expect.stringMatching(/the database is behind what group command-handler committed \(.*settled up to 0, committed up to \d/) as string;
    expect(await run(empty)).toMatchObject({ code: 1, output: refusal });
    expect(await run(empty, 'republish')).toMatchObject({ code: 1, output: refusal });
  });

  it('begins with an empty database when its group is new', async () => {
    await using bank = await createSuite();
    await synchronize(bank.env);
    await using handler = await startProgram('command-handler', { env: { ...bank.env, DATABASE_URL: await bank.createDatabase() } });
    expect(await fetch(`${handler.url}/health/ready`)).toMatchObject({ status: 200 });
  });

  it('goes on with a database that is ahead of its group, as a kill −9 leaves it', async () => {
    const balance = await balanceIn(right);
    await using killed = await start(right, `--import=${killBeforeCommit}`);
    const id = newId();
    await customer.send(deposit(id, iban, 1n));
    const headers = (await customer.feedback(id))[0]?.raw.headers;
    expect(await killed.exited).toMatchObject({ signal: 'SIGKILL' });
    const partition = `confirm_money_transfer/${String(headers?.['command-partition'])}`;
    const next = BigInt(String(headers?.['command-offset'])) + 1n;
    expect((await settledIn(right)).get(partition)).toBe(next);
    expect((await committed()).get(partition) ?? 0n).toBeLessThan(next);
    await settleDeposits(1);
    expect(await balanceIn(right)).toBe(balance + 2n);
  });

  it('goes on when its group has forgotten all offsets, and settles nothing twice', async () => {
    await forgetEmptyGroup(connection, 'command-handler');
    const balance = await balanceIn(right);
    await settleDeposits(1);
    expect(await balanceIn(right)).toBe(balance + 1n);
  });

  it('settles again what an older copy lacks once its group has forgotten all offsets', async () => {
    const older = await copyOf(right);
    await settleDeposits(20);
    await forgetEmptyGroup(connection, 'command-handler');
    const balance = await balanceIn(right);
    await withHandler(older, () => expect.poll(() => balanceIn(older), { timeout: 25_000 }).toBe(balance));
  });
});
