/**
 * The network fails, and so does the bank, while money moves: what the screen shows afterwards is what the database has.
 *
 * BANK_ENV_FILE tells where the database and the process of the endpoint are: the file env of the bank, the usual one's unless set.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { company, formatCents } from '@bank/topology';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openAs, type Holder } from './api.ts';
import { bankUrl, launch, visit, type Visitor } from './browser.ts';
import {
  connectionNotice, deposit, ibanOn, logInAsEmployee, newCredentials, openAccount, rowsWith, secret, transfer, waitForFigure, waitForRow,
} from './client.ts';
import { endpointIsBack, killEndpoint, storedTransactions } from './endpoint.ts';
import { startProxy, type Cut, type Proxy } from './proxy.ts';

const cutMs = 10_000;
const locale = 'en-GB';

/** A row as the screen has it: its amount, its balance, and all that is written in it. */
type ShownRow = { readonly amount: string; readonly balance: string; readonly text: string };

/** The rows on the screen, read in one instant. */
const shownRows = (page: Page): Promise<readonly ShownRow[]> =>
  page.getByTestId('transaction').evaluateAll(rows => rows.map(row => {
    const money = [...row.children].map(({ textContent }) => textContent.trim()).filter(text => /^[+-]?€[\d,]+\.\d\d$/.test(text));
    return { amount: money[0] ?? '', balance: money[1] ?? '', text: row.textContent };
  }));

/** Waits until a list shows what the database has, row for row. Rows may still be on their way, and the company's never stop coming. */
const showsTheDatabase = async (page: Page, iban: string): Promise<void> => {
  await expect.poll(async () => {
    const shown = await shownRows(page);
    const stored = await storedTransactions(iban, shown.length);
    const expected = stored.map(({ changedBy, newBalance }) => ({
      amount: `${changedBy > 0n ? '+' : ''}${formatCents(changedBy, locale)}`,
      balance: formatCents(newBalance, locale),
    }));
    const figures = shown.map(({ amount, balance }) => ({ amount, balance }));
    const untold = stored.flatMap(({ description }, row) => (shown[row]?.text.includes(description) === true ? [] : [description]));
    return { isAny: shown.length > 0, differences: differences(figures, expected), untold };
  }, { interval: 250 }).toEqual({ isAny: true, differences: [], untold: [] });
};

/** The rows that are not the same on both sides, from the top. */
const differences = (shown: readonly object[], stored: readonly object[]): readonly string[] =>
  Array.from({ length: Math.max(shown.length, stored.length) }, (_, row) => [JSON.stringify(shown[row]), JSON.stringify(stored[row])])
    .flatMap(([onScreen, inDatabase], row) => (onScreen === inDatabase ? [] : [`row ${row}: ${onScreen ?? 'none'}, not ${inDatabase ?? 'none'}`]));

let browser: Browser;
let payer: Holder;

beforeAll(async () => {
  browser = await launch();
  payer = await openAs(newCredentials());
  for (let more = 0; more < 4; more += 1) await payer.deposit(50_000);
});

afterAll(async () => {
  await browser.close();
});

/** Payments that go on until told to stop. */
type Payments = Disposable & {
  /** How many were made so far. */
  readonly made: () => number;
  /** Gives the descriptions of all. */
  readonly stop: () => Promise<readonly string[]>;
};

/** Pays an account and the company in turn, each time another amount. */
const keepPaying = (iban: string, pauseMs = 200): Payments => {
  const stopping = new AbortController();
  const descriptions: string[] = [];
  const paying = (async () => {
    for (let amount = 101; !stopping.signal.aborted; amount += 1) {
      const description = `Meanwhile ${secret()}`;
      await payer.transfer({ to: amount % 2 === 0 ? iban : company.iban, amount, description });
      descriptions.push(description);
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
    return descriptions;
  })();
  return {
    made: () => descriptions.length,
    stop() {
      stopping.abort();
      return paying;
    },
    [Symbol.dispose]() {
      stopping.abort();
    },
  };
};

describe('a network that fails for ten seconds', () => {
  let proxy: Proxy;

  beforeEach(async () => {
    proxy = await startProxy(bankUrl);
    return () => proxy[Symbol.asyncDispose]();
  });

  it.each<[string, Cut]>([
    ['ends every connection', 'dropped'],
    ['keeps connections and carries nothing', 'stalled'],
  ])('%s: the page says so, goes on by itself, and shows what the database has', async (_title, how) => {
    await using client = await visit(browser, proxy.url);
    await using onlooker = await visit(browser, proxy.url);
    await openAccount(client.page, newCredentials());
    const iban = await ibanOn(client.page);
    await deposit(client.page, '€100.00');
    await waitForRow(client.page, 'Cash', '+€100.00');
    await onlooker.page.goto('/');
    await onlooker.page.getByTestId('transaction').first().waitFor();

    proxy.cut(how);
    using payments = keepPaying(iban);
    await Promise.all([delay(cutMs), ...[client, onlooker].map(({ page }) => connectionNotice(page).waitFor({ timeout: 30_000 }))]);
    // Slow as the bank may be: there is something to miss.
    await expect.poll(payments.made).toBeGreaterThan(10);
    proxy.mend();
    await Promise.all([client, onlooker].map(({ page }) => connectionNotice(page).waitFor({ state: 'detached' })));
    const descriptions = await payments.stop();

    await showsTheDatabase(client.page, iban);
    await showsTheDatabase(onlooker.page, company.iban);
    // Each of them is in one of the two lists, once.
    for (const description of descriptions) {
      const seen = await Promise.all([client, onlooker].map(({ page }) => rowsWith(page, description).count()));
      expect(seen.reduce((sum, count) => sum + count)).toBe(1);
    }
  });

  it('leaves no gap on the bank page: neither in the balances nor in what happens on all accounts', async () => {
    await using employee = await visit(browser, proxy.url);
    const { page } = employee;
    const { iban } = await openAs(newCredentials());
    await logInAsEmployee(page);
    await page.goto('/bank');
    await page.getByLabel('Search').fill(iban);
    await page.getByTestId('accounts-summary').getByText('1 account', { exact: true }).waitFor();
    // From nothing, it would begin with what happens after the cut.
    await page.getByTestId('feed-row').first().waitFor();

    proxy.cut('dropped');
    // Few enough: the page keeps the newest hundred of what happens, and the bank's own load is among them.
    using payments = keepPaying(iban, 1_000);
    await Promise.all([delay(cutMs), connectionNotice(page).waitFor({ timeout: 30_000 })]);
    await expect.poll(payments.made).toBeGreaterThan(5);
    proxy.mend();
    await connectionNotice(page).waitFor({ state: 'detached' });
    const descriptions = await payments.stop();

    const [newest] = await storedTransactions(iban, 1);
    const balance = formatCents(newest?.newBalance ?? 0n, locale);
    await page.getByTestId('account-row').filter({ hasText: iban }).filter({ hasText: balance }).waitFor();
    // Each is there twice, for who paid and for who was paid.
    for (const description of descriptions) {
      const rows = page.getByTestId('feed-row').filter({ hasText: description });
      await rows.nth(1).waitFor();
      expect(await rows.count()).toBe(2);
    }
  });
});

describe('an endpoint that is killed', () => {
  /** A transfer by somebody at a browser, who tries again when no answer comes, until it is in the list. */
  const transferAtLast = async ({ page }: Visitor, to: string, amount: string, description: string): Promise<void> => {
    await transfer(page, { to, amount, description });
    const again = page.getByRole('button', { name: 'Try again' });
    const arrived = rowsWith(page, description).first();
    while (!(await arrived.isVisible())) {
      await again.or(arrived).first().waitFor();
      if (await again.isVisible()) await again.click();
    }
  };

  it('comes back, and two people see each other’s transfers, none twice', async () => {
    await using ann = await visit(browser);
    await using bob = await visit(browser);
    await Promise.all([openAccount(ann.page, newCredentials()), openAccount(bob.page, newCredentials())]);
    const [annIban, bobIban] = await Promise.all([ibanOn(ann.page), ibanOn(bob.page)]);
    await Promise.all([deposit(ann.page, '€100.00'), deposit(bob.page, '€200.00')]);
    await Promise.all([waitForFigure(ann.page, 'balance', '€100.00'), waitForFigure(bob.page, 'balance', '€200.00')]);
    const [before, during, after] = [`Before ${secret()}`, `During ${secret()}`, `After ${secret()}`];
    await transferAtLast(ann, bobIban, '1', before);
    await waitForRow(bob.page, before, '+€1.00');

    using payments = keepPaying(annIban);
    killEndpoint();
    await transferAtLast(bob, annIban, '2', during);
    await endpointIsBack();
    await transferAtLast(ann, bobIban, '3', after);
    const descriptions = await payments.stop();

    await waitForRow(ann.page, during, '+€2.00');
    await waitForRow(bob.page, after, '+€3.00');
    await showsTheDatabase(ann.page, annIban);
    await showsTheDatabase(bob.page, bobIban);
    for (const description of [before, during, after]) {
      await waitForRow(ann.page, description);
      await waitForRow(bob.page, description);
    }
    for (const description of descriptions) expect(await rowsWith(ann.page, description).count()).toBeLessThanOrEqual(1);
    expect((await shownRows(ann.page)).length).toBe((await storedTransactions(annIban, 1_000)).length);
  });
});
