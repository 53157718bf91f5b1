import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '@bank/service/database';
import { runProgram } from '@bank/stack';
import { company } from '@bank/topology';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { accountOf, commandOutcome, deposit, followTransactions, nextBalances, openOwnAccount, transfer } from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';

/** Several programs run one after the other: only one that hangs takes so long. */
const hangs = { timeout: 180_000 };

const resources = new AsyncDisposableStack();
let setting: Setting;
let database: pg.Pool;
const id = '6f1c2ab4-3f0d-4f4c-9d53-6a6f6f1f9c11';
let browser: Browser;
let iban: string;

const rebuild = async (): Promise<{ readonly code: number | null; readonly output: string }> =>
  runProgram('graphql-endpoint', { env: { ...setting.env, KAFKA_SESSION_TIMEOUT_MS: '6000' }, args: ['rebuild'] });

beforeAll(async () => {
  setting = resources.use(await createSetting());
  database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
  await using endpoint = await setting.start();
  browser = new Browser(endpoint.url);
  iban = await openOwnAccount(browser);
  await setting.bank.pay(iban, 1n, 500);
  await nextBalances(followTransactions(browser, iban, ''), 500);
  await deposit(browser, { id, amount: '10000' });
  await transfer(browser, { amount: '600000' });
  await transfer(browser, { to: company.iban, amount: '250' });
  await eventually(
    async () => (await database.query('select from transactions where iban = $1', [company.iban])).rowCount,
    count => count === 1,
  );
  await eventually(async () => (await database.query('select from transfers')).rowCount, count => count === 3);
  expect(await rebuildWhileServing()).toMatchObject({ code: 1 });
});
afterAll(() => resources.disposeAsync());

const rebuildWhileServing = async (): ReturnType<typeof rebuild> => {
  const refused = await rebuild();
  expect(refused.output).toContain('an endpoint runs: stop it first');
  return refused;
};

describe('a rebuild', hangs, () => {
  it('gives byte for byte the same rows, and says so', async () => {
    const { code, output } = await rebuild();
    expect(output).toMatch(/^before: \d+ rows, checksum [\da-f]{64}$/m);
    expect(output).toMatch(/^projected 5\d\d events in [\d.]+ s, \d+ a second$/m);
    expect(output).toMatch(/^after: 50\d rows, checksum [\da-f]{64}, as before$/m);
    expect(code).toBe(0);
  });

  it('mends what was altered, and leaves users, sessions and commands as they are', async () => {
    const [, checksum] = /^after: .* checksum ([\da-f]{64})/m.exec((await rebuild()).output) ?? [];
    await database.query(`update transactions set changed_by = changed_by + 1 where iban = $1 and ordinal = 3`, [iban]);
    await database.query(`delete from accounts where iban = $1`, [iban]);
    const { code, output } = await rebuild();
    expect(output).toMatch(new RegExp(`^after: .* checksum ${String(checksum)}, another than before$`, 'm'));
    expect(code).toBe(0);
    await using endpoint = await setting.start();
    const again = browser.at(endpoint.url);
    expect(await accountOf(again, iban)).toMatchObject({ balance: '10250' });
    expect(await commandOutcome(again, id)).toMatchObject({ __typename: 'Confirmed' });
  });

  it('keeps the answers that their topic has no longer', async () => {
    await database.query(
      `insert into transfers (id, reason, kafka_partition, kafka_offset, published_at)
       values ('00000000-0000-4000-8000-000000000001', 'insufficient funds', 99, 1, now())`,
    );
    expect((await rebuild()).output).toMatch(/, as before$/m);
  });
});
