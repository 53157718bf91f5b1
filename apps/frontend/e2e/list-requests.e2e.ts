/** Requests for pages of a list that fail, wait or are many: the CSV file, and a filter. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openAs } from './api.ts';
import { launch, visit } from './browser.ts';
import { ibanOn, newCredentials, openAccount, waitForFigure } from './client.ts';
import { storedTransactions } from './endpoint.ts';

/** Each pays so often, one cent: together more than the bank gives at a time, each less than it lets one user do at once. */
const payments = 130;
const payers = 2;
/** So many at once: what is not settled within five seconds is sent again, and is counted again. */
const atOnce = 10;
const total = payers * payments;

let browser: Browser;
let page: Page;
let iban: string;

beforeAll(async () => {
  browser = await launch();
  ({ page } = await visit(browser));
  await openAccount(page, newCredentials());
  iban = await ibanOn(page);
  await Promise.all(Array.from({ length: payers }, async () => {
    const payer = await openAs(newCredentials());
    await payer.deposit(10_00);
    for (let made = 0; made < payments; made += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, (_, at) => payer.transfer({ to: iban, amount: 1, description: `Cent ${made + at}` })));
    }
  }));
  await waitForFigure(page, 'balance', '€2.60');
});
afterEach(() => page.unrouteAll());
afterAll(async () => {
  await browser.close();
});

const startDownload = (): Promise<void> => page.getByRole('button', { name: 'Download CSV' }).click();
/** What a page is asked for with. */
type Wanted = { readonly first?: number; readonly after?: string | null; readonly direction?: string };

/** The file is read in the largest pages there are. */
const isOfFile = ({ first }: Wanted): boolean => first === 250;
const isLaterOfFile = (wanted: Wanted): boolean => isOfFile(wanted) && typeof wanted.after === 'string';

/** Does something with requests for pages of which a condition holds; lets all others through. */
const onPages = (isMeant: (wanted: Wanted) => boolean, act: (route: Route) => Promise<void>): Promise<unknown> =>
  page.route('**/graphql', route => {
    const { variables } = route.request().postDataJSON() as { variables: Wanted };
    return isMeant(variables) ? act(route) : route.continue();
  });

describe('the CSV file', () => {
  it('has every transaction once, page after page', async () => {
    const asked: string[] = [];
    await onPages(isOfFile, route => {
      asked.push(route.request().url());
      return route.continue();
    });
    const [file] = await Promise.all([page.waitForEvent('download'), startDownload()]);
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n').slice(1, -1);
    const stored = await storedTransactions(iban, total + 1);
    expect(lines).toHaveLength(total);
    expect(asked).toHaveLength(2);
    expect(lines.map(line => line.split(',').slice(2, 5).join())).toEqual(stored.map(({ description, changedBy, newBalance }) =>
      [description, `0.0${changedBy}`, (Number(newBalance) / 100).toFixed(2)].join()));
  });

  it('is given up when it is cancelled, though a page is on its way, and can be asked for again', async () => {
    const held = Promise.withResolvers<Route>();
    await onPages(isLaterOfFile, route => {
      held.resolve(route);
      return Promise.resolve();
    });
    let files = 0;
    page.on('download', () => { files += 1; });
    await startDownload();
    await page.getByText('Reading transactions for the file: 250 so far.').waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('Reading transactions for the file').waitFor({ state: 'detached' });
    const answered = page.waitForEvent('requestfinished');
    await (await held.promise).continue();
    await answered;
    expect(files).toBe(0);

    await page.unrouteAll();
    await Promise.all([page.waitForEvent('download'), startDownload()]);
    await page.getByText(`Transactions in it: ${total}.`).waitFor();
    expect(files).toBe(1);
  });

  it('is none when the network fails in the middle, and that is said', async () => {
    await onPages(isLaterOfFile, route => route.abort());
    await startDownload();
    await page.getByText('No file. The bank cannot be reached.').waitFor();
  });
});

describe('a filter that the network keeps from the bank', () => {
  it('leaves the rows, says so, and is applied at another try', async () => {
    await onPages(({ direction }) => direction === 'OUT', route => route.abort());
    const rows = page.getByTestId('transaction');
    const before = await rows.count();
    await page.getByRole('search', { name: 'Filter transactions' }).getByText('Out', { exact: true }).click();
    const problem = page.getByRole('alert').filter({ hasText: 'The bank cannot be reached' });
    await problem.waitFor();
    expect(await rows.count()).toBe(before);

    await page.unrouteAll();
    await problem.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No transaction of this account fits the filters.').waitFor();
    expect(await problem.count()).toBe(0);
  });
});
