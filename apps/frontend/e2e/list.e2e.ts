/** The list of transactions in a real browser: filters, columns, pages, the file, and what arrives live. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { company } from '@bank/topology';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launch, visit, type Visitor } from './browser.ts';
import { ibanOn, newCredentials, openAccount, rowsWith, secret, waitForFigure } from './client.ts';

const page250 = z.object({
  data: z.object({
    transactions: z.object({
      edges: z.array(z.object({
        node: z.object({ id: z.string(), changedBy: z.string(), newBalance: z.string(), fromTo: z.string(), description: z.string() }),
      })),
    }),
  }),
});
type Row = z.infer<typeof page250>['data']['transactions']['edges'][number]['node'];

/** What the bank answers the browser, with its cookie. */
const ask = (page: Page, query: string, variables: object): Promise<unknown> =>
  page.evaluate(async body => {
    const answer = await fetch('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    return answer.json() as Promise<unknown>;
  }, JSON.stringify({ query, variables }));

const rowsOfBank = async (page: Page, iban: string, wanted: { direction?: string; minAmount?: string; search?: string }): Promise<Row[]> => {
  const answer = await ask(page, `query($iban: Iban!, $direction: Direction! = ALL, $minAmount: Cents, $search: String! = "") {
    transactions(iban: $iban, first: 250, direction: $direction, minAmount: $minAmount, search: $search) {
      edges { node { id changedBy newBalance fromTo description } }
    }
  }`, { iban, ...wanted });
  return page250.parse(answer).data.transactions.edges.map(({ node }) => node);
};

const deposit = (page: Page, amount: number): Promise<unknown> =>
  ask(page, 'mutation($id: ID!, $amount: Cents!) { deposit(id: $id, amount: $amount) { __typename } }', { id: randomUUID(), amount: `${amount}` });

const pay = (page: Page, amount: number, description: string): Promise<unknown> =>
  ask(page, `mutation($id: ID!, $to: String!, $amount: Cents!, $description: String!) {
    transfer(id: $id, to: $to, amount: $amount, description: $description) { __typename }
  }`, { id: randomUUID(), to: company.iban, amount: `${amount}`, description });

const decimal = (cents: string): string => `${cents.startsWith('-') ? '-' : ''}${(Math.abs(Number(cents)) / 100).toFixed(2)}`;
const rows = (page: Page): Locator => page.getByTestId('transaction');
const filters = (page: Page): Locator => page.getByRole('search', { name: 'Filter transactions' });
const amountOf = (row: Row): string => `${row.changedBy.startsWith('-') ? '-' : '+'}€${decimal(row.changedBy).replace('-', '')}`;

/** Waits until the rows on screen are those of the bank, in its order. */
const expectRows = async (page: Page, expected: readonly Row[]): Promise<void> => {
  await expect.poll(() => rows(page).count()).toBe(expected.length);
  const texts = await rows(page).allTextContents();
  expected.forEach((row, at) => {
    expect(texts[at]).toContain(amountOf(row));
    expect(texts[at]).toContain(row.description);
  });
};

let browser: Browser;
let client: Visitor;
let page: Page;
let iban: string;

beforeAll(async () => {
  browser = await launch();
  client = await visit(browser);
  ({ page } = client);
  await openAccount(page, newCredentials());
  iban = await ibanOn(page);
  for (const amount of [500_00, 10_00, 20_00, 30_00, 40_00]) await deposit(page, amount);
  for (const [amount, text] of [[12_50, 'Rent of May'], [3_00, 'Tea'], [25_00, 'RENT of June'], [1_00, '=1+1, "quoted"']] as const) {
    await pay(page, amount, text);
  }
  await rows(page).nth(8).waitFor();
});

afterAll(async () => {
  await browser.close();
});

describe('the list of transactions', () => {
  it('shows by each filter what the bank answers', async () => {
    await filters(page).getByText('Out', { exact: true }).click();
    await expectRows(page, await rowsOfBank(page, iban, { direction: 'OUT' }));

    await page.getByLabel('Least amount in euros').fill('12,50');
    await expectRows(page, await rowsOfBank(page, iban, { direction: 'OUT', minAmount: '1250' }));

    await page.getByLabel('Search party or description').fill('rent');
    const rent = await rowsOfBank(page, iban, { direction: 'OUT', minAmount: '1250', search: 'rent' });
    expect(rent).toHaveLength(2);
    await expectRows(page, rent);
  });

  it('keeps the filters over a reload', async () => {
    await expect.poll(() => new URL(page.url()).search).toBe('?direction=out&min=1250&search=rent');
    await page.reload();
    await expectRows(page, await rowsOfBank(page, iban, { direction: 'OUT', minAmount: '1250', search: 'rent' }));
    expect(await page.getByLabel('Least amount in euros').inputValue()).toBe('12.50');
  });

  it('filters what arrives live by the same rule, and the balance follows all of it', async () => {
    await deposit(page, 50_00);
    await waitForFigure(page, 'balance', '€608.50');
    expect(await rows(page).count()).toBe(2);
    await pay(page, 13_00, 'rent of July');
    await rowsWith(page, 'rent of July').waitFor();
    await waitForFigure(page, 'balance', '€595.50');
    await expectRows(page, await rowsOfBank(page, iban, { direction: 'OUT', minAmount: '1250', search: 'rent' }));
  });

  it('says when none matches, and clears the filters', async () => {
    await page.getByLabel('Search party or description').fill(secret());
    await page.getByText('None matches').first().waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectRows(page, await rowsOfBank(page, iban, {}));
    expect(new URL(page.url()).search).toBe('');
  });

  it('hands over a file of what is filtered', async () => {
    await filters(page).getByText('Out', { exact: true }).click();
    const expected = await rowsOfBank(page, iban, { direction: 'OUT' });
    await expectRows(page, expected);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
    expect(file.suggestedFilename()).toBe(`transactions-${iban}.csv`);
    const text = await readFile(await file.path(), 'utf8');
    expect(text.startsWith('\uFEFFTime,')).toBe(true);
    const lines = text.split('\r\n').slice(1, -1);
    expect(lines).toHaveLength(expected.length);
    expected.forEach((row, at) => {
      expect(lines[at]).toContain(`,${decimal(row.changedBy)},${decimal(row.newBalance)},`);
      expect(lines[at]).toContain(`,${row.id}`);
    });
    expect(text).toContain(`"'=1+1, ""quoted"""`);
    await page.getByText(`Transactions in it: ${expected.length}.`).waitFor();
    await filters(page).getByText('All', { exact: true }).click();
  });

  it('hides columns, and remembers which', async () => {
    const heading = page.getByRole('columnheader', { name: 'Balance' });
    await page.getByText('Columns', { exact: true }).first().click();
    await page.getByLabel('Show the column Balance').uncheck();
    await page.keyboard.press('Escape');
    await page.getByLabel('Show the column Balance').waitFor({ state: 'hidden' });
    await page.reload();
    await rows(page).first().waitFor();
    expect(await heading.count()).toBe(0);
    await page.getByText('Columns', { exact: true }).first().click();
    await page.getByLabel('Show the column Balance').check();
    await heading.waitFor();
    await page.getByRole('heading', { name: 'Transactions' }).click();
    await page.getByLabel('Show the column Balance').waitFor({ state: 'hidden' });
  });

  it('reads so many at a time as was chosen, and older ones when one scrolls', async () => {
    await page.getByLabel('Rows at a time').selectOption('5');
    await page.reload();
    const all = await rowsOfBank(page, iban, {});
    await expectRows(page, all.slice(0, 5));
    await page.setViewportSize({ width: 1280, height: 500 });
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, 2_000);
    await expect.poll(() => rows(page).count()).toBeGreaterThan(5);
    const more = page.getByRole('button', { name: 'Load older' });
    while (await rows(page).count() < all.length) {
      await page.mouse.wheel(0, 2_000);
      if (await more.isVisible()) await more.click({ timeout: 2_000 }).catch(() => undefined);
    }
    await expectRows(page, all);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.getByLabel('Rows at a time').selectOption('20');
  });

  it('highlights a new row for a moment, and leads to its transfer', async () => {
    await deposit(page, 7_00);
    const row = rowsWith(page, '+€7.00');
    await row.waitFor();
    expect(await row.evaluate(element => getComputedStyle(element, '::before').animationName)).toMatch(/^arrives/);
    const link = row.getByRole('link', { name: 'Details of this transfer' });
    expect(await link.getAttribute('href')).toMatch(/^\/transfers\/[\da-f-]{36}$/);

    await page.emulateMedia({ reducedMotion: 'reduce' });
    await deposit(page, 8_00);
    const still = rowsWith(page, '+€8.00');
    await still.waitFor();
    expect(await still.evaluate(element => getComputedStyle(element, '::before').animationName)).toBe('none');
  });

  it('offers no text filter and no links on the company’s account, where names are masked', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/?search=rent&direction=in');
    await rows(visitor.page).first().waitFor();
    expect(await visitor.page.getByLabel('Search party or description').count()).toBe(0);
    expect(await visitor.page.getByRole('link', { name: 'Details of this transfer' }).count()).toBe(0);
    expect(await visitor.page.getByRole('radio', { name: 'In', exact: true }).isChecked()).toBe(true);
    const texts = await rows(visitor.page).allTextContents();
    expect(texts.every(text => text.includes('+€'))).toBe(true);
    expect(visitor.complaints).toEqual([]);
  });

  it('gave the browser no reason to complain', () => {
    expect(client.complaints).toEqual([]);
  });
});
