/** The home page with its picture of the flow, the shell around all pages, and what happens when a session ends. */
import { company } from '@bank/topology';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bankUrl, launch, visit, type Visitor } from './browser.ts';
import { deposit, logInAsEmployee, newCredentials, openAccount, secret, transfer, waitForRow, type Credentials } from './client.ts';


let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

const countOf = async (page: Page, figure: string): Promise<number> =>
  Number((await page.getByTestId(`flow-${figure}`).textContent())?.replace(/\D/g, ''));

/** Waits until a figure of the picture is above a number. */
const waitForMore = (page: Page, figure: string, than: number): Promise<unknown> =>
  page.waitForFunction(
    ([testId, before]) => Number(document.querySelector(`[data-testid="${testId}"]`)?.textContent.replace(/\D/g, '')) > before,
    [`flow-${figure}`, than] as const,
  );

const enter = async (page: Page, { username, password }: Credentials, button: 'Log in' | 'Open an account'): Promise<void> => {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: button }).click();
};

const graphqlAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

/** Asks the bank as another device of the same user would: with cookies of its own. */
const tellFromElsewhere = async ({ page }: Visitor, query: string, variables: Record<string, unknown> = {}): Promise<void> => {
  const response = await page.context().request.post(`${bankUrl}/graphql`, { data: { query, variables } });
  graphqlAnswer.parse(await response.json());
};

const logInMutation = 'mutation ($username: String!, $password: String!) { logIn(username: $username, password: $password) { __typename } }';

/** Ends all sessions of a user from another browser. */
const logOutEverywhere = async (credentials: Credentials): Promise<void> => {
  await using other = await visit(browser);
  await tellFromElsewhere(other, logInMutation, credentials);
  await tellFromElsewhere(other, 'mutation { logOut(everywhere: true) }');
};

describe('the picture of the bank at work', () => {
  it('lets a transfer travel through all stations, and counts it', async () => {
    await using onlooker = await visit(browser);
    await using client = await visit(browser);
    await onlooker.page.goto('/');
    await onlooker.page.getByTestId('flow-picture').waitFor();
    await openAccount(client.page, newCredentials());
    const before = await Promise.all(['sent', 'settled', 'confirmed', 'changes'].map(figure => countOf(onlooker.page, figure)));

    const token = onlooker.page.locator('[data-testid="flow-token"][data-kind="TRANSFER"]').first().waitFor();
    await deposit(client.page, '€100.00');
    await token;
    await waitForMore(onlooker.page, 'sent', before[0] ?? 0);
    await waitForMore(onlooker.page, 'settled', before[1] ?? 0);
    await waitForMore(onlooker.page, 'confirmed', before[2] ?? 0);
    await waitForMore(onlooker.page, 'changes', before[3] ?? 0);
    await onlooker.page.getByTestId('flow-line').filter({ hasText: /took \d+ ms|opened in \d+ ms|refused after \d+ ms/ }).waitFor();
    expect(onlooker.complaints).toEqual([]);
    expect(client.complaints).toEqual([]);
  });

  it('stands still for those who want no movement, and counts all the same', async () => {
    await using onlooker = await visit(browser);
    await using client = await visit(browser);
    await onlooker.page.emulateMedia({ reducedMotion: 'reduce' });
    await onlooker.page.goto('/');
    await onlooker.page.getByTestId('flow-picture').waitFor();
    await onlooker.page.evaluate(() => {
      const layer = document.querySelector('[data-testid="flow-tokens"]');
      if (layer) new MutationObserver(() => { layer.setAttribute('data-has-moved', ''); }).observe(layer, { childList: true });
    });
    const before = await countOf(onlooker.page, 'changes');
    await openAccount(client.page, newCredentials());
    await deposit(client.page, '€50.00');
    await waitForMore(onlooker.page, 'changes', before);
    expect(await onlooker.page.locator('[data-testid="flow-tokens"][data-has-moved]').count()).toBe(0);
    expect(onlooker.complaints).toEqual([]);
  });

  it('shifts nothing when it comes, and fits a phone', async () => {
    await using onlooker = await visit(browser);
    await onlooker.page.setViewportSize({ width: 390, height: 844 });
    await onlooker.page.goto('/');
    const top = await onlooker.page.getByRole('heading', { name: 'Transactions' }).evaluate(heading => heading.getBoundingClientRect().top);
    await onlooker.page.getByTestId('flow-picture').waitFor();
    await onlooker.page.getByTestId('company-balance').waitFor();
    expect(await onlooker.page.getByRole('heading', { name: 'Transactions' }).evaluate(heading => heading.getBoundingClientRect().top)).toBe(top);
    expect(await onlooker.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(onlooker.complaints).toEqual([]);
  });
});

describe('the shell', () => {
  it('marks the current page, announces the next one and moves the focus there', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/');
    const navigation = visitor.page.getByRole('navigation', { name: 'Main' });
    expect(await navigation.getByRole('link', { name: 'Home' }).getAttribute('aria-current')).toBe('page');
    await navigation.getByRole('link', { name: 'Account' }).click();
    await visitor.page.getByTestId('page-title').filter({ hasText: 'Your account' }).waitFor();
    expect(await visitor.page.evaluate(() => document.activeElement?.id)).toBe('main');
    expect(await navigation.getByRole('link', { name: 'Account' }).getAttribute('aria-current')).toBe('page');
    expect(await navigation.getByRole('link', { name: 'Bank' }).count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
  });

  it('says so when the browser is offline, and when it is back', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/');
    await visitor.page.getByTestId('company-balance').waitFor();
    const notice = visitor.page.getByTestId('connection-notice');
    await visitor.page.context().setOffline(true);
    await notice.filter({ hasText: 'You are offline' }).waitFor();
    await visitor.page.context().setOffline(false);
    await notice.filter({ hasText: 'Back online. Nothing was missed.' }).waitFor();
    await notice.getByText('Back online').waitFor({ state: 'detached' });
    // What could not be loaded meanwhile is on the console, as it should be.
  });

  it('has a page for what is not there', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/no/such/page');
    await visitor.page.getByRole('heading', { name: 'This page is not here' }).waitFor();
    await visitor.page.getByRole('link', { name: 'Back to the bank' }).click();
    await visitor.page.getByTestId('company-balance').waitFor();
  });
});

describe('the form that opens an account or logs in', () => {
  it('says that a username is taken, at its field', async () => {
    const credentials = newCredentials();
    await using first = await visit(browser);
    await openAccount(first.page, credentials);
    await using second = await visit(browser);
    await second.page.goto('/account');
    await enter(second.page, { ...credentials, password: secret() }, 'Open an account');
    await second.page.getByText('Somebody has this username').waitFor();
    expect(await second.page.getByLabel('Username').getAttribute('aria-invalid')).toBe('true');
    await second.page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'username');
    expect(second.complaints).toEqual([]);
  });

  it('says that the credentials are wrong, and after many tries for how long to wait', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/account');
    const credentials = newCredentials();
    await enter(visitor.page, credentials, 'Log in');
    await visitor.page.getByRole('alert').filter({ hasText: 'There is no such user, or the password is another one.' }).waitFor();

    for (let tries = 0; tries < 10; tries++) await tellFromElsewhere(visitor, logInMutation, credentials);
    await visitor.page.getByRole('button', { name: 'Log in' }).click();
    await visitor.page.getByRole('alert').filter({ hasText: /Try again in \d+ seconds?\./ }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('asks for more before the bank has to, and shows the password when asked', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/account');
    await enter(visitor.page, { username: 'short', password: 'short' }, 'Open an account');
    await visitor.page.getByText('A username needs at least').waitFor();
    await visitor.page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'username');
    await visitor.page.getByRole('button', { name: 'Show what is typed' }).click();
    expect(await visitor.page.getByLabel('Password').getAttribute('type')).toBe('text');
    expect(visitor.complaints).toEqual([]);
  });
});

describe('a page of somebody', () => {
  const path = '/transfers/8f360e5a-f438-43d5-b84f-828f4cc51906?from=list';

  it('leads a visitor to the log-in, and back', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto(path);
    await visitor.page.getByText('That page is not for visitors.').waitFor();
    await enter(visitor.page, newCredentials(), 'Open an account');
    await visitor.page.waitForURL(`**${path}`);
  });

  it('leads to no other site, whatever the address says', async () => {
    await using visitor = await visit(browser);
    await visitor.page.goto('/account?next=%2F%2Fevil.example%2F');
    await enter(visitor.page, newCredentials(), 'Open an account');
    await visitor.page.getByTestId('iban').waitFor();
    expect(new URL(visitor.page.url()).origin).toBe(new URL(bankUrl).origin);
    expect(visitor.complaints).toEqual([]);
  });

  it('leads an employee who logs in to all accounts', async () => {
    await using employee = await visit(browser);
    await logInAsEmployee(employee.page);
    await employee.page.waitForURL('**/bank');
    expect(await employee.page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts()).toContain('Bank');
  });
});

describe('a session that is ended from another browser', () => {
  it('leads from the account to the log-in, and back with what was there', async () => {
    const credentials = newCredentials();
    await using client = await visit(browser);
    await openAccount(client.page, credentials);
    await deposit(client.page, '€50.00');
    await waitForRow(client.page, 'Cash', '+€50.00');
    await logOutEverywhere(credentials);
    await client.page.getByText('Your session has ended.').first().waitFor();
    await enter(client.page, credentials, 'Log in');
    await waitForRow(client.page, 'Cash', '+€50.00');
  });

  it('leads from another page to the log-in, and back to it', async () => {
    const credentials = newCredentials();
    await using client = await visit(browser);
    await openAccount(client.page, credentials);
    const description = `Rent ${secret()}`;
    await transfer(client.page, { to: company.iban, amount: '1', description });
    await waitForRow(client.page, description);
    await client.page.goto('/?from=here');
    await client.page.getByTestId('flow-picture').waitFor();
    await logOutEverywhere(credentials);
    await client.page.getByTestId('session-notice').getByRole('link', { name: 'Log in again' }).click();
    await enter(client.page, credentials, 'Log in');
    await client.page.waitForURL('**/?from=here');
    await client.page.getByTestId('company-balance').waitFor();
    expect(client.complaints).toEqual([]);
  });
});
