import pg from 'pg';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkajsClient, Producer } from '@bank/messaging';
import type { Program } from '@bank/stack';
import { commandHeaders, company, partitionOf, topics } from '@bank/topology';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank, type Bank } from '../bank/bank.ts';
import { randomTransfers, type Account } from '../bank/commands.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { audit } from './audit.ts';
import { takeSnapshot } from './snapshot.ts';

/** For `--import`: stops a handler for a while when it has settled something, before it publishes it. */
const stallAfterCommit = `data:text/javascript,
  import { subscribe } from 'node:diagnostics_channel';
  subscribe('command-handler:committed', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000));
`;

describe('an audit of real topics and a real database', () => {
  const random = xoroshiro128plus(1);
  let bank: Bank;
  let handler: Program;
  let accounts: readonly Account[];
  let producer: Producer<'confirm_money_transfer'>;

  beforeAll(async () => {
    bank = await openBank();
    handler = await bank.startHandler();
    accounts = await openAccounts(bank, 10);
    producer = await Producer.connect(bank.connection, ['confirm_money_transfer']);
  });
  afterAll(async () => {
    await producer[Symbol.asyncDispose]();
    await handler[Symbol.asyncDispose]();
    await bank[Symbol.asyncDispose]();
  });

  it('sees one moment of a bank at work', async () => {
    await using watermarks = await Watermarks.connect(bank.connection);
    const isAudited = new AbortController();
    const work = (async () => {
      while (!isAudited.signal.aborted) await producer.send(randomTransfers(accounts, 50, random));
    })();
    await expect.poll(() => watermarks.written('money_transfer_feedback'), { timeout: 25_000 }).toBeGreaterThan(500);
    const { findings, commands, waiting } = await audit(bank);
    isAudited.abort();
    await work;
    expect(findings).toEqual([]);
    expect(commands).toBeGreaterThan(500);
    expect(waiting).toBeGreaterThan(0);
  });

  it('waits for what is settled and not published yet', async () => {
    await using slow = await openBank();
    const handler = await slow.startHandler({ nodeOptions: ['--import', stallAfterCommit] });
    const opening = openAccounts(slow, 1);
    await expect.poll(async () => (await takeSnapshot(slow.databaseUrl)).outcomes, { timeout: 25_000 }).toBe(1);
    expect(await audit(slow)).toMatchObject({ ids: 1, accountsOpened: 1, findings: [] });
    await opening;
    await handler[Symbol.asyncDispose]();
  });

  it('knows what is a dead letter', async () => {
    const noise = kafkajsClient(bank.connection).producer();
    await noise.connect();
    const topic = `${bank.connection.topicPrefix}confirm_money_transfer`;
    await noise.send({ topic, messages: [{ key: 'noise', value: 'noise', partition: 3 }] });
    await noise.disconnect();
    await untilDone(bank);
    expect(await audit(bank)).toMatchObject({ waiting: 0, buried: 1, findings: [] });
  });

  it('finds an event that no command led to, and a balance that no event led to', async () => {
    await using broken = await openBank();
    const handler = await broken.startHandler();
    const [account] = await openAccounts(broken, 1);
    await handler[Symbol.asyncDispose]();
    await using rogue = await Producer.connect(broken.connection, ['balance_changed']);
    const headers = { [commandHeaders.topic]: 'confirm_account_creation', [commandHeaders.partition]: '0', [commandHeaders.offset]: '0' };
    const change = { new_balance: company.openingBalance + 1n, changed_by: 1n, version: 1n };
    const value = { iban: company.iban, ...change, from_to: 'cash', description: '', transfer_id: null, changed_at: new Date() };
    await rogue.send([{ topic: 'balance_changed', key: company.iban, headers, record: { type: 'BalanceChanged', value } }]);
    const database = new pg.Client({ connectionString: broken.databaseUrl });
    await database.connect();
    await database.query('update accounts set balance = 1 where iban = $1', [account?.iban]);
    await database.end();
    const place = `balance_changed/${partitionOf(company.iban, topics.balance_changed.partitions)}@0`;
    expect((await audit(broken)).findings).toEqual([
      `an event is of no confirmed transfer: ${place}`,
      `events are missing, or too many: ${company.iban} has them up to 1 without a gap, and is at 0`,
      `a balance is not where its events lead: ${account?.iban} has 1 instead of 0`,
      `a balance is not what the confirmed transfers add up to: ${account?.iban} has 1 instead of 0`,
      `money is not conserved: the balances are ${company.openingBalance + 1n} instead of ${company.openingBalance}`,
    ]);
  });
});
