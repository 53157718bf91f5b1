/**
 * Money that is not conserved is seen: one balance is changed where no one is to change any, and put back. Only with BANK_ENV_FILE, the
 * file `env` of a bank of one's own, for everybody who looks at that bank sees it broken meanwhile.
 */
import { readFileSync } from 'node:fs';
// The only place of the frontend that looks behind the API, and no part of what browsers get.
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, visit, type Visitor } from './browser.ts';
import { logInAsEmployee } from './client.ts';

const envFile = process.env['BANK_ENV_FILE'];

const databaseUrlIn = (file: string): string => {
  const [, url] = /^export GRAPHQL_ENDPOINT_DATABASE_URL='(.+)'$/m.exec(readFileSync(file, 'utf8')) ?? [];
  if (url === undefined) throw new Error(`${file} says no GRAPHQL_ENDPOINT_DATABASE_URL`);
  return url;
};

// Skipped without a bank that may be harmed.
describe.runIf(envFile !== undefined)('a bank whose balances were changed by hand', () => {
  const company = 'NL66OPEN0000000000';
  let database: pg.Client;
  let browser: Browser;
  let employee: Visitor;

  beforeAll(async () => {
    database = new pg.Client({ connectionString: databaseUrlIn(envFile ?? '') });
    await database.connect();
    browser = await launch();
    employee = await visit(browser);
    await logInAsEmployee(employee.page);
    await employee.page.goto('/bank');
  });
  afterAll(async () => {
    await browser.close();
    await database.end();
  });

  const waitForState = (state: 'HOLDING' | 'BROKEN'): Promise<void> =>
    employee.page.locator(`[data-testid="conservation"][data-state="${state}"]`).waitFor();
  const addToBalance = async (cents: number): Promise<void> => {
    const { rowCount } = await database.query('update accounts set balance = balance + $2 where iban = $1', [company, cents]);
    expect(rowCount).toBe(1);
  };

  it('says that money is not conserved, and what is wrong, until it is put right', async () => {
    const { page } = employee;
    await waitForState('HOLDING');
    await addToBalance(7);
    try {
      await waitForState('BROKEN');
      await page.getByText('Money is not conserved', { exact: true }).waitFor();
      expect(await page.getByTestId('conservation').getByRole('alert').innerText()).toMatch(/^The balances come to .+, and have to come to .+\.$/);
    } finally {
      await addToBalance(-7);
    }
    await waitForState('HOLDING');
    expect(await page.getByTestId('conservation').getByRole('alert').innerText()).toBe('');
    expect(employee.complaints).toEqual([]);
  });
});
