/** How smoothly a page of 250 rows goes on while new ones come. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { openAs, type Holder } from '../api.ts';
import { visit } from '../browser.ts';
import { ibanOn, newCredentials, openAccount } from '../client.ts';

const rowsOnPage = 250;
const rowsPerSecond = 50;
const busyMs = 20_000;
const idleMs = 5_000;
/** So that none comes near the 20 transfers a second that the bank allows a user. */
const payers = 6;
const depositsOfPayer = 4;
const limitOfDeposit = 50_000;

export type Frames = {
  /** Milliseconds from frame to frame. */
  readonly idle: readonly number[];
  readonly busy: readonly number[];
  /** New rows a second, as they came into the page. */
  readonly rowsPerSecond: number;
  /** Transfers that the bank confirmed a second meanwhile: a page that falls behind shows fewer. */
  readonly paidPerSecond: number;
  /** On the page all the while. */
  readonly rows: number;
  /** Of the page's main thread while rows came, from 0 to 1: what other programs do meanwhile makes frames longer, but not this. */
  readonly cpuShare: number;
}

const rich = async (): Promise<Holder> => {
  const holder = await openAs(newCredentials());
  for (let done = 0; done < depositsOfPayer; done += 1) await holder.deposit(limitOfDeposit);
  return holder;
};

/** Transfers at an even pace, whether or not those before are answered. */
const pay = async (holders: readonly Holder[], to: string, count: number, onPaid?: () => void): Promise<void> => {
  const start = performance.now();
  const payments: Promise<void>[] = [];
  for (let number = 0; number < count; number += 1) {
    await delay(start + (number * 1_000) / rowsPerSecond - performance.now());
    const payment = holders[number % holders.length]?.transfer({ to, amount: 100 + (number % 50), description: `Coffee, round ${number}` });
    if (payment !== undefined) payments.push(payment.then(onPaid));
  }
  await Promise.all(payments);
};

/** The page's frames for a time, and how many rows were added in it. */
const record = (page: Page, forMs: number): Promise<{ readonly frames: readonly number[]; readonly added: number }> =>
  page.evaluate(async duration => {
    let added = 0;
    const observer = new MutationObserver(changes => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) if (node instanceof HTMLElement && node.dataset['testid'] === 'transaction') added += 1;
      }
    });
    observer.observe(document.body, { childList: true, subtree: true });
    const nextFrame = (): Promise<number> => new Promise(requestAnimationFrame);
    const frames: number[] = [];
    const start = await nextFrame();
    for (let last = start; last - start < duration;) {
      const now = await nextFrame();
      frames.push(now - last);
      last = now;
    }
    observer.disconnect();
    return { frames, added };
  }, forMs);

/** A clock of what the page's main thread works, in seconds. */
const cpuClock = async (page: Page): Promise<() => Promise<number>> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'ThreadTime')?.value ?? NaN;
  };
};

/** Measures the account of a client whom several others pay at once. */
export const measureFrames = async (browser: Browser): Promise<Frames> => {
  await using client = await visit(browser);
  const { page } = client;
  await openAccount(page, newCredentials());
  const iban = await ibanOn(page);
  const holders = await Promise.all(Array.from({ length: payers }, rich));
  await pay(holders, iban, rowsOnPage);
  await page.getByTestId('transaction').nth(rowsOnPage - 1).waitFor({ state: 'attached' });
  const { frames: idle } = await record(page, idleMs);
  const cpuSeconds = await cpuClock(page);

  // A little longer than is measured, so that rows come from the first frame to the last.
  let paid = 0;
  const paying = pay(holders, iban, ((busyMs + 2_000) * rowsPerSecond) / 1_000, () => { paid += 1; });
  await delay(1_000);
  const before = { paid, cpu: await cpuSeconds() };
  const { frames: busy, added } = await record(page, busyMs);
  const after = { paid, cpu: await cpuSeconds() };
  await paying;
  const seconds = busyMs / 1_000;
  return {
    idle, busy,
    rowsPerSecond: added / seconds,
    paidPerSecond: (after.paid - before.paid) / seconds,
    rows: await page.getByTestId('transaction').count(),
    cpuShare: (after.cpu - before.cpu) / seconds,
  };
};
