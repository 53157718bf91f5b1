/** What a client of the bank does and sees, in the words of the screen. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { usualBank } from './browser.ts';

export type Credentials = {
  readonly username: string;
  readonly password: string;
}

/** Text that is nowhere else. */
export const secret = (): string => randomBytes(9).toString('hex');

/** Of somebody whom the bank does not know yet. */
export const newCredentials = (): Credentials => ({ username: `client-${secret()}`, password: secret() });

export type Order = {
  readonly to: string;
  readonly amount: string;
  readonly description: string;
}

const enterWith = (button: 'Open an account' | 'Log in') => async (page: Page, { username, password }: Credentials): Promise<void> => {
  await page.goto('/account');
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: button }).click();
  await page.getByTestId('iban').waitFor();
};

/** Opens an account and waits until its IBAN is there. */
export const openAccount = enterWith('Open an account');

/** Logs in and waits until the IBAN is there. */
export const logIn = enterWith('Log in');

/** Logs in as somebody who works at the bank: EMPLOYEE_PASSWORD, or what the file EMPLOYEE_PASSWORD_FILE holds, the usual bank's unless set. */
export const logInAsEmployee = async (page: Page): Promise<void> => {
  await page.goto('/account');
  await page.getByLabel('Username').fill('employee');
  await page.getByLabel('Password').fill(employeePassword());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByText('Logged in as', { exact: true }).waitFor();
};

const employeePassword = (): string => {
  const { EMPLOYEE_PASSWORD: password, EMPLOYEE_PASSWORD_FILE: file = join(usualBank, 'secrets/employee') } = process.env;
  return password ?? readFileSync(file, 'utf8').trim();
};

export const logOut = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await page.getByLabel('Username').waitFor();
};

/** @param amount as the screen writes it: €100.00 */
export const deposit = (page: Page, amount: string): Promise<void> =>
  page.getByRole('button', { name: `Deposit ${amount}`, exact: true }).click();

export const transfer = async (page: Page, { to, amount, description }: Order): Promise<void> => {
  await page.getByLabel('To', { exact: true }).fill(to);
  await page.getByLabel('Amount', { exact: true }).fill(amount);
  await page.getByLabel('Description', { exact: true }).fill(description);
  await page.getByRole('button', { name: 'Transfer', exact: true }).click();
};

/** The rows of the live list that hold all of these texts. */
export const rowsWith = (page: Page, ...texts: readonly string[]): Locator =>
  texts.reduce((rows, hasText) => rows.filter({ hasText }), page.getByTestId('transaction'));

/** Waits until exactly one row holds all of these texts. */
export const waitForRow = async (page: Page, ...texts: readonly string[]): Promise<void> => {
  const rows = rowsWith(page, ...texts);
  await rows.first().waitFor();
  const count = await rows.count();
  if (count !== 1) throw new Error(`${count} rows hold ${texts.join(' and ')}, not one`);
};

export const ibanOn = async (page: Page): Promise<string> => (await page.getByTestId('iban').innerText()).replace(/\s/g, '');

/** Waits until a figure reads as expected, which it does at once or live. */
export const waitForFigure = (page: Page, figure: 'balance' | 'company-balance', text: string): Promise<void> =>
  page.getByTestId(figure).getByText(text, { exact: true }).waitFor();

export const figureOn = (page: Page, figure: 'balance' | 'company-balance'): Promise<string> => page.getByTestId(figure).innerText();

/** The balances of the row that holds a text and of those below it, read in one instant: rows arrive all the time. */
export const balancesFrom = (page: Page, text: string): Promise<readonly string[]> =>
  page.getByTestId('transaction').evaluateAll((rows, wanted) => {
    const first = rows.findIndex(row => row.textContent.includes(wanted));
    return rows.slice(first).map(row => row.lastElementChild?.textContent ?? '');
  }, text);

/** What a page says while its live connection is gone. */
export const connectionNotice = (page: Page): Locator => page.getByRole('status').filter({ hasText: 'Reconnecting' });
