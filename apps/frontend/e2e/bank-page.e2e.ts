/** People who work at the bank see all of it, live, and nobody else does. */
import { ibanOf } from '@bank/topology';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit, type Visitor } from './browser.ts';
import { deposit, figureOn, ibanOn, logInAsEmployee, newCredentials, openAccount, waitForFigure, waitForRow } from './client.ts';

let browser: Browser;
let employee: Visitor;
let client: Visitor;
let iban: string;

beforeAll(async () => {
  browser = await launch();
  employee = await visit(browser);
  client = await visit(browser);
  await openAccount(client.page, newCredentials());
  iban = await ibanOn(client.page);
  await logInAsEmployee(employee.page);
  await employee.page.goto('/bank');
  await employee.page.getByTestId('account-row').first().waitFor();
});
afterAll(async () => {
  await browser.close();
});

const rowOf = (text: string) => employee.page.getByTestId('account-row').filter({ hasText: text });
const lookFor = async (text: string): Promise<void> => {
  await employee.page.getByLabel('Search').fill(text);
  await employee.page.getByTestId('accounts-summary').getByText('1 account', { exact: true }).waitFor();
};

describe('the bank page', () => {
  it('shows the totals, and that money is conserved', async () => {
    const { page } = employee;
    await page.locator('[data-testid="conservation"][data-state="HOLDING"]').waitFor();
    await page.getByText('Money is conserved', { exact: true }).waitFor();
    expect(await page.getByTestId('total-accounts').innerText()).toMatch(/^[\d,]+$/);
    expect(await page.getByTestId('total-money').innerText()).toMatch(/^€[\d,]+\.\d\d$/);
    expect(await page.getByTestId('total-rate').innerText()).toMatch(/^[\d,]+\.\d$/);
  });

  it('finds an account by part of its IBAN, written in groups or not', async () => {
    await lookFor(` ${iban.slice(4, 8).toLowerCase()} ${iban.slice(8, 12)} ${iban.slice(12)}`);
    await rowOf(iban).waitFor();
    await employee.page.getByLabel('Search').fill('no such iban');
    await employee.page.getByText('No account found').waitFor();
    await lookFor(iban);
  });

  it('changes a balance on screen, and adds a row to the stream, the moment it happens', async () => {
    await lookFor(iban);
    await deposit(client.page, '€100.00');
    await waitForFigure(client.page, 'balance', '€100.00');
    await rowOf(iban).filter({ hasText: '€100.00' }).waitFor();
    await employee.page.getByTestId('feed-row').filter({ hasText: iban }).filter({ hasText: '+€100.00' }).waitFor();
    const highlight = rowOf(iban).locator('td').first();
    const fade = await highlight.evaluate(cell => {
      const { animationName, animationDuration } = getComputedStyle(cell, '::before');
      return `${animationName} ${animationDuration}`;
    });
    expect(fade).toMatch(/^changes-(odd|even)\S* 0\.5s$/);
  });

  it('stands still while it is paused, and catches up', async () => {
    const { page } = employee;
    await lookFor(iban);
    const before = await rowOf(iban).getByTestId('account-balance').innerText();
    await page.getByRole('button', { name: 'Pause live changes' }).click();
    const feed = await page.getByTestId('feed').innerText();
    await deposit(client.page, '€10.00');
    await waitForRow(client.page, 'Cash', '+€10.00');
    expect(await rowOf(iban).getByTestId('account-balance').innerText()).toBe(before);
    expect(await page.getByTestId('feed').innerText()).toBe(feed);
    await page.getByRole('button', { name: 'Go on with live changes' }).click();
    await rowOf(iban).filter({ hasNotText: before }).waitFor();
  });

  it('follows one account live, at an address of its own, and goes back to all', async () => {
    const { page } = employee;
    await lookFor(iban);
    await rowOf(iban).getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/bank?account=${iban}`);
    expect(await ibanOn(page)).toBe(iban);
    await deposit(client.page, '€50.00');
    await waitForRow(page, 'Cash', '+€50.00');
    await page.reload();
    await waitForRow(page, 'Cash', '+€50.00');
    await page.getByRole('link', { name: 'Back to all' }).click();
    await page.getByRole('heading', { name: 'Live, all accounts' }).waitFor();
  });

  it('holds the list and the balance of the one account that is followed while it is paused', async () => {
    const { page } = employee;
    await page.goto(`/bank?account=${iban}`);
    await page.getByTestId('transaction').first().waitFor();
    await page.getByRole('button', { name: 'Pause live changes' }).click();
    const [balance, rows] = [await figureOn(page, 'balance'), await page.getByTestId('transaction').count()];
    await deposit(client.page, '€20.00');
    await waitForRow(client.page, 'Cash', '+€20.00');
    expect(await figureOn(page, 'balance')).toBe(balance);
    expect(await page.getByTestId('transaction').count()).toBe(rows);
    await page.getByRole('button', { name: 'Go on with live changes' }).click();
    await waitForRow(page, 'Cash', '+€20.00');
    expect(await figureOn(page, 'balance')).toBe(await figureOn(client.page, 'balance'));
  });

  it('says so when the account in the address is none', async () => {
    const { page } = employee;
    await page.goto('/bank?account=NL67OPEN0000000000');
    await page.getByRole('alert').getByText('“NL67OPEN0000000000” is not an IBAN of this bank').waitFor();
    await page.getByRole('heading', { name: 'Live, all accounts' }).waitFor();
    await page.goto(`/bank?account=${ibanOf('0999999999')}`);
    await page.getByRole('alert').getByText('There is no such account.').waitFor();
  });

  it('sorts by balance, the company first, and loads the next page as one scrolls', async () => {
    const { page } = employee;
    await page.getByLabel('Search').fill('');
    await page.getByLabel('Sort by').selectOption('BALANCE');
    await page.getByRole('columnheader', { name: 'Balance' }).and(page.locator('[aria-sort="descending"]')).waitFor();
    const rows = page.getByTestId('account-row');
    await rows.first().filter({ hasText: 'NL66OPEN0000000000' }).waitFor();
    // A bank of its own may have one page only.
    if (await page.getByRole('button', { name: 'Load more' }).isVisible()) {
      await page.getByTestId('accounts-box').evaluate(box => { box.scrollTop = box.scrollHeight; });
      await rows.nth(50).waitFor();
    }
  });

  it('is not for clients, nor for visitors, who are led to the log-in', async () => {
    await client.page.goto('/bank');
    await client.page.getByText('For people who work at the bank').waitFor();
    await client.page.getByText('who is a client').waitFor();
    expect(await client.page.getByTestId('accounts').count()).toBe(0);
    await using visitor = await visit(browser);
    await visitor.page.goto('/bank');
    await visitor.page.getByLabel('Username').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('gave no browser a reason to complain', () => {
    expect(employee.complaints).toEqual([]);
    expect(client.complaints).toEqual([]);
  });
});
