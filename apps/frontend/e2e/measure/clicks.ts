/** From a click on a deposit until its row stands in the list, by the browser's own clock. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { visit } from '../browser.ts';
import { deposit, newCredentials, openAccount, waitForRow } from '../client.ts';

const clicks = 100;
const amount = '€10.00';
/** People click when they like: clicks at a fixed pace would meet the bank in the same moment of its rhythms each time. */
const pauseMs = { least: 50, most: 300 };

/** The milliseconds from the next click, by the time of the input itself, to the moment in which a row was added after it. */
const nextClick = (page: Page): Promise<number> =>
  page.evaluate(() => new Promise<number>(resolve => {
    let clickedAt: number | undefined;
    document.addEventListener('click', ({ isTrusted, timeStamp }) => {
      if (isTrusted) clickedAt = timeStamp;
    }, { capture: true, once: true });
    const isRow = (node: Node): boolean => node instanceof HTMLElement && node.dataset['testid'] === 'transaction';
    const observer = new MutationObserver(changes => {
      if (clickedAt === undefined || !changes.some(({ addedNodes }) => [...addedNodes].some(isRow))) return;
      observer.disconnect();
      resolve(performance.now() - clickedAt);
    });
    observer.observe(document.body, { childList: true, subtree: true });
  }));

/** Milliseconds of each click. */
export const measureClicks = async (browser: Browser): Promise<readonly number[]> => {
  await using client = await visit(browser);
  const { page } = client;
  await openAccount(page, newCredentials());
  await deposit(page, amount);
  await waitForRow(page, amount);
  const button = page.getByRole('button', { name: `Deposit ${amount}`, exact: true });
  const taken: number[] = [];
  while (taken.length < clicks) {
    await delay(pauseMs.least + Math.random() * (pauseMs.most - pauseMs.least));
    const arrival = nextClick(page);
    // Waits for the answer to the one before.
    await button.and(page.locator(':not([aria-disabled="true"])')).click();
    taken.push(await arrival);
  }
  return taken;
};
