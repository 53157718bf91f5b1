/** The life of one transfer, as its client, the receiver, a stranger, an employee and a visitor see it. */
import { company } from '@bank/topology';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launch, visit, type Visitor } from './browser.ts';
import { deposit, ibanOn, logInAsEmployee, newCredentials, openAccount, transfer, waitForFigure, type Order } from './client.ts';

const sent = z.object({ operationName: z.literal('Transfer'), variables: z.object({ id: z.uuid() }) });

let browser: Browser;
let sender: Visitor;
let receiver: Visitor;
let receiversIban: string;

const enter = async (visitor: Visitor): Promise<string> => {
  await openAccount(visitor.page, newCredentials());
  return ibanOn(visitor.page);
};

/** Fills in and sends a transfer, and gives the id under which the browser sent it. */
const sendAs = async (page: Page, order: Order): Promise<string> => {
  const isTransfer = (body: unknown): boolean => sent.safeParse(body).success;
  const request = page.waitForRequest(it => it.method() === 'POST' && isTransfer(it.postDataJSON()));
  await transfer(page, order);
  return sent.parse((await request).postDataJSON()).variables.id;
};

const stepsOn = (page: Page): Promise<readonly (string | null)[]> =>
  page.getByTestId('steps').locator('li').evaluateAll(steps => steps.map(step => step.getAttribute('data-step')));

beforeAll(async () => {
  browser = await launch();
  sender = await visit(browser);
  receiver = await visit(browser);
  receiversIban = await enter(receiver);
  await enter(sender);
  await deposit(sender.page, '€50.00');
  await waitForFigure(sender.page, 'balance', '€50.00');
});

afterAll(async () => {
  expect(sender.complaints).toEqual([]);
  expect(receiver.complaints).toEqual([]);
  await browser.close();
});

describe('the life of a transfer', () => {
  it('is shown with topic, partition and offset of each record, to its sender, to the receiver and to an employee', async () => {
    const { page } = sender;
    const own = await sendAs(page, { to: receiversIban, amount: '12.50', description: 'Lunch on Friday' });
    await waitForFigure(page, 'balance', '€37.50');
    await page.goto(`/transfers/${own}`);
    await page.getByTestId('steps').locator('[data-step="change"]').waitFor();
    await page.getByText('More is to come').waitFor({ state: 'detached' });
    expect(await page.getByTestId('status').innerText()).toBe('Confirmed');
    expect(await page.getByTestId('amount').innerText()).toBe('€12.50');
    expect(await stepsOn(page)).toEqual(['command', 'settled', 'feedback', 'change']);
    for (const [step, topic] of [['command', 'confirm_money_transfer'], ['feedback', 'money_transfer_feedback'], ['change', 'balance_changed']] as const) {
      expect(await page.locator(`[data-step="${step}"] dl`).innerText()).toMatch(new RegExp(`^Topic\\s+${topic}\\s+Partition\\s+\\d\\s+Offset\\s+\\d+$`));
    }

    // The others know it by the id on Kafka, which the sender's page shows.
    const onKafka = await page.getByText('Command id').locator('xpath=following-sibling::dd').innerText();
    await receiver.page.goto(`/transfers/${onKafka}`);
    await receiver.page.locator('[data-step="change"]').getByText('+€12.50').waitFor();
    expect(await stepsOn(receiver.page)).toEqual(['command', 'settled', 'feedback', 'change']);

    await using clerk = await visit(browser);
    await logInAsEmployee(clerk.page);
    await clerk.page.goto(`/transfers/${onKafka}`);
    await clerk.page.locator('[data-step="change"]').nth(1).waitFor();
    expect(await stepsOn(clerk.page)).toEqual(['command', 'settled', 'feedback', 'change', 'change']);
    expect(clerk.complaints).toEqual([]);

    await using stranger = await visit(browser);
    await enter(stranger);
    await stranger.page.goto(`/transfers/${onKafka}`);
    await stranger.page.getByRole('heading', { name: 'No such transfer' }).waitFor();
    expect(stranger.complaints).toEqual([]);
  });

  it('ends with the reason when the bank refused it', async () => {
    const { page } = sender;
    await page.goto('/account');
    const own = await sendAs(page, { to: company.iban, amount: '90000', description: 'A boat' });
    await page.getByRole('status').filter({ hasText: 'Insufficient funds' }).waitFor();
    await page.goto(`/transfers/${own}`);
    await page.getByText('Refusal written').waitFor();
    await page.getByText('More is to come').waitFor({ state: 'detached' });
    expect(await page.getByTestId('status').innerText()).toBe('Refused');
    await page.getByText('Insufficient funds.').waitFor();
    expect(await stepsOn(page)).toEqual(['command', 'settled', 'feedback']);
  });

  it('is none for an id that nobody sent, whatever its form', async () => {
    const { page } = sender;
    for (const id of ['00000000-0000-4000-8000-000000000000', 'not-an-id', '%E2%82%AC']) {
      await page.goto(`/transfers/${id}`);
      await page.getByRole('heading', { name: 'No such transfer' }).waitFor();
    }
  });
});
