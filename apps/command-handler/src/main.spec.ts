import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuite, runProgram, startProgram, synchronize, type Program, type Suite } from '@bank/stack';
import { company, isOwnIban, isToken } from '@bank/topology';
import { changesOf, creation, Customer, deposit, newId, outcomeOf, transfer } from './testing/customer.ts';

const freezer = fileURLToPath(new URL('testing/freeze.ts', import.meta.url));

describe('the command handler', () => {
  let suite: Suite;
  let env: Readonly<Record<string, string>>;
  let database: pg.Client;
  let handler: Program;
  let customer: Customer;

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    const url = await suite.createDatabase();
    // Logs at debug have a line for each command, so that what they must not show is looked for where there is most.
    env = { ...suite.env, DATABASE_URL: url, LOG_LEVEL: 'debug' };
    handler = await startProgram('command-handler', { env });
    database = new pg.Client({ connectionString: url });
    await database.connect();
    customer = await Customer.connect(suite.env);
  });
  afterAll(async () => {
    await customer[Symbol.asyncDispose]();
    await database.end();
    await handler[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  const balanceOf = async (iban: string): Promise<string | undefined> =>
    (await database.query<{ balance: string }>('select balance from accounts where iban = $1', [iban])).rows[0]?.balance;

  it('opens an account with an IBAN and a token, and tells the same to the same id again', async () => {
    const id = newId();
    const opened = await customer.open(id);
    expect(isOwnIban(opened.iban)).toBe(true);
    expect(isToken(opened.token)).toBe(true);
    await customer.send(creation(id));
    const [first, second] = await customer.feedback(id, 2);
    expect(second && 'record' in second && second.record).toEqual(first && 'record' in first && first.record);
  });

  it('starts with the company, whose balance is known to the last cent', async () => {
    const account = await customer.open();
    expect(await customer.outcome(transfer(newId(), { token: company.token, amount: 1n, from: company.iban, to: account.iban, description: 'one cent' }))).toBe('confirmed');
    const [change] = changesOf(await customer.answersWhen(answers => changesOf(answers, company.iban).length > 0), company.iban);
    expect(change).toMatchObject({ new_balance: company.openingBalance - 1n, version: 1n });
  });

  it('moves money between two accounts with one event each, of the same transfer, that tell which command it was', async () => {
    const [anna, ben] = [await customer.open(), await customer.open()];
    await customer.outcome(deposit(newId(), anna.iban, 100_00n));
    const id = newId();
    expect(await customer.outcome(transfer(id, { token: anna.token, amount: 25_00n, from: anna.iban, to: ben.iban, description: 'lunch' }))).toBe('confirmed');
    const answers = await customer.answersWhen(all => changesOf(all, anna.iban).length === 2 && changesOf(all, ben.iban).length === 1);
    const [, debit] = changesOf(answers, anna.iban);
    const [credit] = changesOf(answers, ben.iban);
    expect(debit).toMatchObject({ changed_by: -25_00n, new_balance: 75_00n, from_to: ben.iban, description: 'lunch', version: 2n });
    expect(credit).toMatchObject({ changed_by: 25_00n, new_balance: 25_00n, from_to: anna.iban, description: 'lunch', version: 1n });
    expect(debit?.transfer_id).toEqual(credit?.transfer_id);
    const event = answers.find(answer => 'record' in answer && answer.record.value === credit);
    expect(event?.raw.key?.toString()).toBe(ben.iban);
    expect(event?.raw.headers).toMatchObject({ 'command-topic': [Buffer.from('confirm_money_transfer')] });
    expect(Number(event?.raw.headers['settled-at']?.[0])).toBe(credit?.changed_at.getTime());
    expect(await balanceOf(anna.iban)).toBe('7500');
  });

  it('refuses with the reason of the contract, and writes no event', async () => {
    const account = await customer.open();
    expect(await customer.outcome(transfer(newId(), { token: account.token, amount: 500_01n, from: account.iban, to: 'shop', description: '' }))).toBe('insufficient funds');
    expect(await customer.outcome(transfer(newId(), { token: 'wrong', amount: 1n, from: account.iban, to: 'shop', description: '' }))).toBe('invalid token');
    expect(await customer.outcome(transfer(newId(), { token: account.token, amount: 1n, from: account.iban, to: 'a\0b', description: '' }))).toBe('text is invalid');
    expect(await balanceOf(account.iban)).toBe('0');
  });

  it('keeps all the money there is: what came in, less what left', async () => {
    const { rows } = await database.query<{ balances: string; moved: string }>(`
      select (select sum(balance) from accounts)::text as balances,
             (select coalesce(sum(amount) filter (where debtor = 'cash'), 0)
                   - coalesce(sum(amount) filter (where credit_version is null), 0) from ledger where amount is not null)::text as moved`);
    expect(BigInt(rows[0]?.balances ?? 0)).toBe(company.openingBalance + BigInt(rows[0]?.moved ?? 0));
  });

  it('never logs a token, and the id of a creation only as a hash', async () => {
    const id = newId();
    const account = await customer.open(id);
    const transferId = newId();
    await customer.outcome(transfer(transferId, { token: account.token, amount: 1n, from: account.iban, to: 'shop', description: '' }));
    await expect.poll(() => handler.output()).toContain(transferId);
    const log = await handler.output();
    expect(log).not.toContain(account.token);
    expect(log).not.toContain(id);
  });

  it('stops cleanly when asked to, and goes on where it stopped', async () => {
    const account = await customer.open();
    handler.kill('SIGTERM');
    expect(await handler.exited).toEqual({ code: 0, signal: null });
    const id = newId();
    await customer.send(deposit(id, account.iban, 5_00n));
    handler = await startProgram('command-handler', { env });
    expect((await customer.feedback(id)).map(outcomeOf)).toEqual(['confirmed']);
    expect(await balanceOf(account.iban)).toBe('500');
  });

  it('loses nothing and doubles nothing when it is killed in the middle of its work', async () => {
    const account = await customer.open();
    await handler[Symbol.asyncDispose]();
    // Frozen before it is killed: on a busy machine it might have done all by then.
    const freezing = { ...env, FREEZE_AT: 'publishing', FREEZE_BATCH: '3' };
    handler = await startProgram('command-handler', { env: freezing, nodeOptions: ['--import', freezer] });
    const ids = Array.from({ length: 10_000 }, newId);
    await customer.send(...ids.map(id => deposit(id, account.iban, 1n)));
    await expect.poll(() => handler.output(), { timeout: 25_000 }).toContain('frozen at publishing');
    handler.kill('SIGKILL');
    await handler.exited;
    expect(Number(await balanceOf(account.iban))).toBeLessThan(ids.length);
    handler = await startProgram('command-handler', { env });
    const answers = await customer.answersWhen(all => new Set(changesOf(all, account.iban).map(({ version }) => version)).size === ids.length);
    const byVersion = new Map<bigint, bigint>();
    for (const { version, new_balance: balance } of changesOf(answers, account.iban)) {
      expect(byVersion.get(version) ?? balance).toBe(balance);
      byVersion.set(version, balance);
    }
    expect([...byVersion.keys()].sort((a, b) => Number(a - b))).toEqual(ids.map((_, at) => BigInt(at + 1)));
    expect(await balanceOf(account.iban)).toBe('10000');
  });

});

describe('a wrong configuration', () => {
  it('is told in one line a variable, without the password in it, and nothing is started', async () => {
    const env = { KAFKA_BROKERS: 'nowhere', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:1/', DATABASE_URL: 'mysql://me:secret@localhost/x', PORT: '80800' };
    const { code, output } = await runProgram('command-handler', { env });
    expect(code).toBe(1);
    expect(output.trim().split('\n').sort()).toEqual([
      'DATABASE_URL is "mysql://me:***@localhost/x", it should be: postgresql://user:password@host:port/database',
      'KAFKA_BROKERS is "nowhere", it should be: host:port, several of them separated by commas',
      'PORT is "80800", it should be: a port from 0 to 65535',
    ]);
  });
});
