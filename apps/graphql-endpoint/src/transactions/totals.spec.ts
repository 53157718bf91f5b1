import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPool } from '@bank/service/database';
import { newId } from '../testing/answers.ts';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { deposit, lifeOf, logIn, openOwnAccount, totalsOf, transfer, type Totals } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

// What was found is told for ten times as long as it took: on a slow machine that is long, and each test waits for it several times.
vi.setConfig({ testTimeout: 240_000 });

const resources = new AsyncDisposableStack();
let setting: Setting;
let database: pg.Pool;
let clerk: Browser;
let ben: Browser;
let annas: string;
let bens: string;

/** What the company began with. */
const opening = 10n ** 17n;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  const { url } = await setting.start();
  database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
  const anna = new Browser(url);
  ben = new Browser(url);
  [annas, bens] = [await openOwnAccount(anna), await openOwnAccount(ben)];
  await deposit(anna, { amount: '40000' });
  await transfer(anna, { to: bens, amount: '2500' });
  await transfer(anna, { to: 'a shop', amount: '500' });
  await transfer(ben, { to: 'NL66OPEN0000000000', amount: '100' });
  clerk = new Browser(url);
  await logIn(clerk, employee);
});
afterAll(() => resources.disposeAsync());

/** What is told is a second old, or older: asks until it is that. */
const eventuallyTotals = (conservation: Totals['conservation']): Promise<Totals> =>
  eventually(() => totalsOf(clerk), totals => totals.conservation === conservation);

beforeEach(async () => {
  await eventuallyTotals('HOLDING');
});

/** A change made where no one is to make any, and what undoes it. */
const whileAltered = async (alter: string, undo: string, look: () => Promise<void>): Promise<void> => {
  expect((await database.query(alter, [annas])).rowCount).toBe(1);
  try {
    await look();
  } finally {
    await database.query(undo, [annas]);
  }
};

describe('the totals', () => {
  it('are those of all accounts, and hold while every cent is where it belongs', async () => {
    expect(await eventually(() => totalsOf(clerk), ({ money }) => money === String(opening + 40_000n - 500n))).toMatchObject({
      accounts: 3, conservation: 'HOLDING', problem: null,
    });
  });

  it('tell how many transfers are confirmed a second', async () => {
    await transfer(ben, { to: 'NL66OPEN0000000000', amount: '1' });
    const { transfersPerSecond } = await eventually(() => totalsOf(clerk), totals => totals.transfersPerSecond > 0);
    // Five were confirmed in all, and each counts for ten seconds.
    expect(transfersPerSecond).toBeLessThanOrEqual(0.5);
  });
});

describe('money is not conserved', () => {
  it('when a balance is other than its changes make it', () =>
    whileAltered(
      'update accounts set balance = balance + 1 where iban = $1',
      'update accounts set balance = balance - 1 where iban = $1',
      async () => {
        const { problem, money } = await eventuallyTotals('BROKEN');
        expect(money).toBe(String(opening + 39_501n));
        expect(problem).toMatch(/^the balances come to .*1,000,000,000,000,395\.01, and have to come to .*1,000,000,000,000,395\.00$/);
      },
    ));

  it('when a change is other than it was', () =>
    whileAltered(
      `update transactions set changed_by = changed_by + 7 where iban = $1 and from_to = 'cash'`,
      `update transactions set changed_by = changed_by - 7 where iban = $1 and from_to = 'cash'`,
      async () => {
        const { problem } = await eventuallyTotals('BROKEN');
        expect(problem).toMatch(/395\.00, and have to come to .*395\.07$/);
      },
    ));

  it('when one side of a transfer is other than the other, though all balances come to the sum of all changes', () =>
    whileAltered(
      `with altered as (update transactions set changed_by = changed_by - 7, new_balance = new_balance - 7 where iban = $1 and from_to like 'NL%' returning iban)
       update accounts set balance = balance - 7 from altered where accounts.iban = altered.iban`,
      `with altered as (update transactions set changed_by = changed_by + 7, new_balance = new_balance + 7 where iban = $1 and from_to like 'NL%' returning iban)
       update accounts set balance = balance + 7 from altered where accounts.iban = altered.iban`,
      async () => {
        const { problem } = await eventuallyTotals('BROKEN');
        expect(problem).toMatch(/^the changes of transfer [0-9a-f-]{36} come to -.*0\.07, and have to come to nothing$/);
      },
    ));

  it('when the bank tells of a wrong amount on one side, now and when it is long ago, until it is put right', async () => {
    const { bank } = setting;
    const id = newId();
    await bank.send([bank.change(annas, -100n, bens, 'lunch', id), bank.change(bens, 99n, annas, 'lunch', id)]);
    const problem: unknown = expect.stringMatching(new RegExp(`^the changes of transfer ${id} come to -.*0\\.01, and have to come to nothing$`));
    expect(await eventuallyTotals('BROKEN')).toMatchObject({ problem });
    await database.query(`update transactions set changed_at = now() - interval '1 hour' where transfer_id = $1`, [id]);
    expect(await eventually(() => totalsOf(clerk), ({ conservation }) => conservation === 'BROKEN')).toMatchObject({ problem });
    await bank.send([bank.change(bens, 1n, annas, 'lunch', id)]);
    await eventuallyTotals('HOLDING');
  });

  it('when the second change of a transfer is missing for over a minute, until it comes', async () => {
    const { bank } = setting;
    const id = newId();
    await bank.send([bank.change(annas, -50n, bens, 'lunch', id)]);
    await eventually(() => lifeOf(clerk, id), life => life?.changes.length === 1);
    await eventually(() => totalsOf(clerk), ({ money }) => money === String(opening + 39_500n - 50n));
    expect(await totalsOf(clerk)).toMatchObject({ conservation: 'HOLDING', problem: null });
    await database.query(`update transactions set changed_at = now() - interval '61 seconds' where transfer_id = $1`, [id]);
    expect(await eventuallyTotals('BROKEN')).toMatchObject({ problem: `of transfer ${id} one change is missing for over 60 s` });
    await bank.send([bank.change(bens, 50n, annas, 'lunch', id)]);
    await eventuallyTotals('HOLDING');
  });
});
