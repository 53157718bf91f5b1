/**
 * The bank in real browsers, from the first visit to the next log-in.
 *
 * With E2E_ACCOUNT_FILE set, the account of the first run is kept in that file, and later runs expect to find it unharmed: run it, end the
 * bank in whatever way, start it again, run it again.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { company } from '@bank/topology';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launch, visit, type Visitor } from './browser.ts';
import {
  balancesFrom, deposit, figureOn, ibanOn, logIn, logOut, newCredentials, openAccount, secret, transfer, waitForFigure, waitForRow,
} from './client.ts';

/** An account as a run leaves it to the next: its balance as the screen shows it. */
const keptAccount = z.object({ username: z.string(), password: z.string(), iban: z.string(), balance: z.string() });

const accountFile = process.env['E2E_ACCOUNT_FILE'];
const kept =
  accountFile !== undefined && existsSync(accountFile) ? keptAccount.parse(JSON.parse(readFileSync(accountFile, 'utf8'))) : undefined;

const credentials = newCredentials();
/** Tells this run's transfer from all others in the company's list. */
const description = `Rent ${secret()}`;
const balance = '€75.00';

/** The cents of an amount above zero, as the screen writes it. */
const centsIn = (text = ''): bigint => BigInt(text.replace(/\D/g, ''));

let browser: Browser;
let client: Visitor;
let onlooker: Visitor;

beforeAll(async () => {
  browser = await launch();
  client = await visit(browser);
  onlooker = await visit(browser);
});

afterAll(async () => {
  await browser.close();
});

describe('the bank in a browser', () => {
  let iban = '';

  it('shows the company’s account to everybody', async () => {
    await onlooker.page.goto('/');
    await onlooker.page.getByTestId('company-balance').waitFor();
    expect(await ibanOn(onlooker.page)).toBe(company.iban);
    expect(await onlooker.page.title()).toBe('A bank you can watch at work · Open Bank');
  });

  it('opens an account', async () => {
    await openAccount(client.page, credentials);
    iban = await ibanOn(client.page);
    expect(iban).toMatch(/^NL\d\dOPEN0\d{9}$/);
    await waitForFigure(client.page, 'balance', '€0.00');
  });

  it('takes a deposit, which appears in the live list', async () => {
    await deposit(client.page, '€100.00');
    await waitForRow(client.page, 'Cash', '+€100.00');
    await waitForFigure(client.page, 'balance', '€100.00');
  });

  it('transfers money, and others see it arrive live', async () => {
    const before = await figureOn(onlooker.page, 'company-balance');
    await transfer(client.page, { to: company.iban, amount: '25', description });
    await waitForRow(client.page, company.iban, description, '-€25.00');
    await waitForFigure(client.page, 'balance', balance);

    await waitForRow(onlooker.page, description, '+€25.00');
    expect(await figureOn(onlooker.page, 'company-balance')).not.toBe(before);
    // The load of a running bank moves the company's balance too, so what the transfer did to it shows between its row and the one below.
    const [after, below = before] = await balancesFrom(onlooker.page, description);
    expect(centsIn(after)).toBe(centsIn(below) + 25_00n);
  });

  it('refuses what the account cannot pay, with the bank’s reason', async () => {
    await transfer(client.page, { to: company.iban, amount: '10000', description: 'Too much' });
    await client.page.getByRole('status').filter({ hasText: 'Insufficient funds' }).waitFor();
    await waitForFigure(client.page, 'balance', balance);
  });

  it('has the same account after logging out and in', async () => {
    await logOut(client.page);
    await logIn(client.page, credentials);
    expect(await ibanOn(client.page)).toBe(iban);
    await waitForFigure(client.page, 'balance', balance);
    await waitForRow(client.page, company.iban, description, '-€25.00');

    if (accountFile !== undefined && kept === undefined) writeFileSync(accountFile, JSON.stringify({ ...credentials, iban, balance }));
  });

  // Only a later run has something to look for: in the first there is no such test, rather than one that is skipped.
  if (kept !== undefined) {
    it('still has the account of an earlier run', async () => {
      await using visitor = await visit(browser);
      await logIn(visitor.page, kept);
      expect(await ibanOn(visitor.page)).toBe(kept.iban);
      await waitForFigure(visitor.page, 'balance', kept.balance);
      expect(visitor.complaints).toEqual([]);
    });
  }

  it('gave no browser a reason to complain', () => {
    expect(client.complaints).toEqual([]);
    expect(onlooker.complaints).toEqual([]);
  });
});
