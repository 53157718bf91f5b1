/** A client's page in real browsers: money moved and refused, the list cut to size, the password, and other browsers that look on. */
import { readFile } from 'node:fs/promises';
import { company, ibanOf } from '@bank/topology';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launch, visit, type Visitor } from './browser.ts';
import {
  deposit, ibanOn, logIn, newCredentials, openAccount, rowsWith, secret, transfer, waitForFigure, waitForRow, type Credentials,
} from './client.ts';

const refusal = (page: Page, text: string): Promise<void> => page.getByText(text).first().waitFor();
const settled = (page: Page, text: string): Promise<void> => page.getByRole('status').filter({ hasText: text }).waitFor();
const rowCount = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction(wanted => document.querySelectorAll('[data-testid="transaction"]').length === wanted, count);

let browser: Browser;
let client: Visitor;
let credentials: Credentials;

beforeAll(async () => { browser = await launch(); });
afterAll(async () => { await browser.close(); });
beforeEach(async () => {
  client = await visit(browser);
  credentials = newCredentials();
  await openAccount(client.page, credentials);
});
afterEach(async () => {
  expect(client.complaints).toEqual([]);
  await client[Symbol.asyncDispose]();
});

/** Deposits one after the other, each seen in the list before the next. */
const depositAll = async (page: Page, amounts: readonly string[]): Promise<void> => {
  for (const [at, amount] of amounts.entries()) {
    await deposit(page, amount);
    await rowCount(page, at + 1);
    await settled(page, 'confirmed');
  }
};

describe('a client’s page', () => {
  it('takes every deposit that has a button', async () => {
    await depositAll(client.page, ['€10.00', '€20.00', '€50.00', '€100.00', '€200.00', '€500.00']);
    await waitForFigure(client.page, 'balance', '€880.00');
    await client.page.getByRole('img', { name: /between €10.00 and €880.00, now €880.00/ }).waitFor();
  });

  it('tells the balance at any time, under the pointer and by the arrow keys', async () => {
    const { page } = client;
    await depositAll(page, ['€10.00', '€20.00', '€50.00']);
    const chart = page.getByRole('slider', { name: 'Balance after each transaction' });
    const reading = page.getByTestId('chart-reading');
    await chart.hover({ position: { x: 2, y: 20 } });
    await reading.getByText(/^€10\.00, /).waitFor();
    await page.getByRole('heading', { name: 'Transactions' }).hover();
    await reading.getByText(/^€/).waitFor({ state: 'detached' });

    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^€30\.00, /);
    await reading.getByText(/^€30\.00, /).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowLeft');
    expect(await chart.getAttribute('aria-valuetext')).toMatch(/^€10\.00, /);
  });

  it('sends money to another client, who sees it arrive, and leads to the life of the transfer', async () => {
    await using other = await visit(browser);
    await openAccount(other.page, newCredentials());
    const to = await ibanOn(other.page);
    const description = secret();
    await transfer(client.page, { to, amount: '12.50', description });
    await settled(client.page, `€12.50 to ${to}: confirmed.`);
    await waitForRow(other.page, await ibanOn(client.page), description, '+€12.50');
    await waitForFigure(other.page, 'balance', '€12.50');

    const life = /^\/transfers\/[\da-f-]{36}$/;
    expect(await client.page.getByRole('link', { name: 'See how it went' }).getAttribute('href')).toMatch(life);
    expect(await rowsWith(client.page, description).getByRole('link').getAttribute('href')).toMatch(life);
    expect(await client.page.locator('datalist option').first().getAttribute('value')).toBe(to);
    expect(other.complaints).toEqual([]);
  });

  it('says why a transfer is refused, before the bank is asked or in its words', async () => {
    const { page } = client;
    const order = { to: company.iban, amount: '1', description: '' };
    for (const [wrong, text] of [
      [{ to: 'NL67OPEN0000000000' }, 'This is not a valid IBAN'],
      [{ to: await ibanOn(page) }, 'This is your own account'],
      [{ description: 'x'.repeat(141) }, 'at most 140 characters, this has 141'],
      [{ amount: '0' }, 'Enter more than zero'],
      [{ amount: '10000000000000.01' }, 'One transfer can be at most'],
      [{ amount: '10000' }, 'Insufficient funds'],
      [{ to: ibanOf('0999999999') }, 'Nobody at this bank has this IBAN'],
    ] as const) {
      await transfer(page, { ...order, ...wrong });
      await refusal(page, text);
    }
    await waitForFigure(page, 'balance', '€0.00');
  });

  it('downloads what is filtered as CSV', async () => {
    const { page } = client;
    await depositAll(page, ['€100.00']);
    await transfer(page, { to: 'Heijn, "Albert"', amount: '25.05', description: '=1+1' });
    await rowCount(page, 2);
    const arriving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const text = await readFile(await (await arriving).path(), 'utf8');
    const lines = text.split('\r\n');
    expect(lines[0]?.startsWith('\uFEFFTime,From or to,')).toBe(true);
    expect(lines[1]).toContain(',"Heijn, ""Albert""",\'=1+1,-25.05,74.95,');
    expect(lines[2]).toContain(',cash,deposit,100.00,100.00,');
    expect(lines).toHaveLength(4);
  });

  it('changes the password: the old one is refused from then on', async () => {
    const { page } = client;
    const next = secret();
    const change = async (current: string): Promise<void> => {
      await page.getByLabel('Current password').fill(current);
      await page.getByLabel('New password').fill(next);
      await page.getByRole('button', { name: 'Change', exact: true }).click();
    };
    await page.getByRole('button', { name: 'Change password' }).click();
    await change('not this one');
    await refusal(page, 'This is not your current password');
    await change(credentials.password);
    await settled(page, 'Your password is changed');

    await using other = await visit(browser);
    await other.page.goto('/account');
    await other.page.getByLabel('Username').fill(credentials.username);
    await other.page.getByLabel('Password').fill(credentials.password);
    await other.page.getByRole('button', { name: 'Log in' }).click();
    await refusal(other.page, 'There is no such user');
    await logIn(other.page, { ...credentials, password: next });
  });

  it('logs out everywhere: another browser’s session ends', async () => {
    await using other = await visit(browser);
    await logIn(other.page, credentials);
    await client.page.getByRole('button', { name: 'Log out everywhere' }).click();
    await client.page.getByLabel('Username').waitFor();
    await refusal(other.page, 'Your session has ended');
  });
});
