import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import { createSuite, type Suite } from '@bank/stack';
import { company, ibanOf, tokenOf, type CommandId } from '@bank/topology';
import { drawAccount, type Draw } from '../account/opening.ts';
import { messagesOf } from '../settlement/messages.ts';
import { creation, newId, transfer } from '../testing/customer.ts';
import { commandOf, type Command, type CommandTopic } from './command.ts';
import { openCompanyAccount } from './company.ts';
import type { Settled } from './entry.ts';
import { settle } from './settle.ts';
import { planning } from './statements.ts';

const now = new Date('2026-11-22T12:00:00.123Z');
let offset = 0n;

/** A command as it would have come, at the next position of its topic. */
const commandIn = ({ topic, record }: ReturnType<typeof creation>): Command => {
  offset += 1n;
  const raw = { topic, partition: 0, offset, timestampMs: 1_700_000_000_000, key: null, value: null, headers: {} };
  return commandOf({ topic, raw, record } as Parameters<typeof commandOf>[0]);
};
const fromCompany = (id: CommandId, to: string, amount = 1n): ReturnType<typeof transfer> =>
  transfer(id, { token: company.token, amount, from: company.iban, to, description: 'spec' });

describe('a batch', () => {
  let suite: Suite;
  let pool: pg.Pool;

  beforeAll(async () => {
    suite = await createSuite();
    const url = await suite.createDatabase();
    await migrate(url, fileURLToPath(new URL('migrations', import.meta.url)), createLogger('spec', 'silent'));
    pool = createPool(url, { max: 4, settings: planning, onIdleError: () => undefined });
    await openCompanyAccount(pool);
  });
  afterAll(async () => {
    await pool.end();
    await suite[Symbol.asyncDispose]();
  });

  const settleAll = (commands: readonly Command[], draw = drawAccount): Promise<readonly Settled[]> => settle({ pool, draw }, { commands, offsets: [], now });
  const opened = (settled: Settled | undefined): { iban: string; token: string } => {
    if (settled?.entry.outcome.type !== 'account opened') throw new Error('no account was opened');
    return settled.entry.outcome;
  };
  const count = async (table: string): Promise<number> => (await pool.query(`select from ${table}`)).rowCount ?? 0;

  it('gives two customers two accounts, although the same IBAN is drawn for both', async () => {
    const numbers = ['0000000007', '0000000007', '0000000007', '0000000008'];
    const tokens = ['1', '2', '3', '4'];
    const draw: Draw = accountType => ({ iban: ibanOf(numbers.shift() ?? ''), token: tokenOf((tokens.shift() ?? '').repeat(20)), accountType });
    const [first, second] = await settleAll([commandIn(creation(newId())), commandIn(creation(newId()))], draw);
    expect([opened(first), opened(second)]).toMatchObject([
      { iban: ibanOf('0000000007'), token: '1'.repeat(20) },
      { iban: ibanOf('0000000008'), token: '4'.repeat(20) },
    ]);
  });

  it('that is delivered again gives the same messages, byte for byte, and moves nothing', async () => {
    const [account] = await settleAll([commandIn(creation(newId()))]);
    const batch = [commandIn(fromCompany(newId(), opened(account).iban)), commandIn(fromCompany(newId(), 'shop')), commandIn(creation(newId())), commandIn(fromCompany(newId(), company.iban))];
    const first = await settleAll(batch);
    const sum = (await pool.query<{ sum: string }>('select sum(balance)::text from accounts')).rows;
    const again = await settle({ pool, draw: drawAccount }, { commands: batch, offsets: [], now: new Date() });
    expect(again.map(({ as }) => as)).toEqual(batch.map(() => 'redelivered'));
    expect(again.flatMap(messagesOf)).toEqual(first.flatMap(messagesOf));
    expect((await pool.query('select sum(balance)::text from accounts')).rows).toEqual(sum);
  });

  it('is kept with the bytes of its content’s hash', async () => {
    const command = commandIn(fromCompany(newId(), 'shop'));
    await settleAll([command]);
    const { rows } = await pool.query('select content from ledger where id = $1', [command.id]);
    expect(rows).toEqual([{ content: Buffer.from(command.content, 'hex') }]);
  });

  it('tells when its commit is on its way, while it is not made', async () => {
    const commands = [commandIn(fromCompany(newId(), 'shop'))];
    const told: string[] = [];
    await settle({ pool, draw: drawAccount }, { commands, offsets: [], now, whenSent: () => told.push('sent') }).then(() => told.push('committed'));
    expect(told).toEqual(['sent', 'committed']);
  });

  it('answers an id that comes again elsewhere with its feedback alone', async () => {
    const id = newId();
    const [, second] = await settleAll([commandIn(fromCompany(id, 'shop')), commandIn(fromCompany(id, 'shop'))]);
    expect(second?.as).toBe('again');
    expect(second && messagesOf(second).map(({ topic }) => topic)).toEqual(['money_transfer_feedback']);
  });

  it('opens no account for a creation whose id a transfer took before it', async () => {
    const id = newId();
    const before = await count('accounts');
    const settled = await settleAll([commandIn(fromCompany(id, 'shop')), commandIn(creation(id))]);
    expect(settled.map(({ as }) => as)).toEqual(['new', 'conflicting']);
    expect(await count('accounts')).toBe(before);
  });

  it('uses the balance that the command before it left', async () => {
    const [account] = await settleAll([commandIn(creation(newId()))]);
    const { iban, token } = opened(account);
    const spend = (): Command => commandIn(transfer(newId(), { token, amount: 300_00n, from: iban, to: 'shop', description: '' }));
    const settled = await settleAll([spend(), spend()]);
    expect(settled.map(({ entry }) => entry.outcome)).toMatchObject([{ type: 'money moved' }, { type: 'refused', reason: 'insufficient funds' }]);
  });

  it('is settled once when two handlers have it at the same moment', async () => {
    const batch = Array.from({ length: 50 }, () => commandIn(fromCompany(newId(), 'shop')));
    const before = (await pool.query<{ version: bigint }>('select version from accounts where iban = $1', [company.iban])).rows[0]?.version ?? 0n;
    const both = await Promise.all([settleAll(batch), settleAll(batch)]);
    expect(both.flat().filter(({ as }) => as === 'new')).toHaveLength(batch.length);
    expect((await pool.query<{ version: bigint }>('select version from accounts where iban = $1', [company.iban])).rows[0]?.version).toBe(before + 50n);
  });

  it('keeps how far each partition is settled, and never goes back', async () => {
    const topic: CommandTopic = 'confirm_money_transfer';
    const settleUpTo = (offset: bigint): Promise<unknown> =>
      settle({ pool, draw: drawAccount }, { commands: [], offsets: [{ topic, partition: 3, offset }], now });
    await settleUpTo(9n);
    await settleUpTo(4n);
    expect((await pool.query('select next_offset from settled_offsets where partition = 3')).rows).toEqual([{ next_offset: 9n }]);
  });
});
