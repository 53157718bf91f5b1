/** Every page, in light and dark, on a desktop and on a phone, by axe; and the bank used by the keyboard alone. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { launch, visit } from './browser.ts';
import { waitForFigure, waitForRow } from './client.ts';
import { focused, tabTo, walk } from './keyboard.ts';
import { assemble, dress, pages, show, sizes, states, themes, type Cast } from './pages.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const options = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  resultTypes: ['violations'],
};
const found = z.object({
  violations: z.array(z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) })),
});

/** What axe objects to, a line for each place. */
const violationsOn = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe);
  const { violations } = found.parse(await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
};

/** Opens one by one what a page keeps folded or behind a button, for as long as something is done. */
const withEachOpened = async (page: Page, act: (what: string) => Promise<void>): Promise<void> => {
  for (const summary of await page.locator('details > summary:visible').all()) {
    await summary.click();
    await act(await summary.innerText());
    await summary.click();
  }
  for (const button of await page.locator('button[aria-haspopup]:visible').all()) {
    await button.click();
    await page.locator('dialog[open], [role="dialog"], [role="menu"], [popover]:popover-open').first().waitFor();
    await act(await button.innerText());
    await page.keyboard.press('Escape');
  }
};

let browser: Browser;
let cast: Cast & AsyncDisposable;

beforeAll(async () => {
  browser = await launch();
  cast = await assemble(browser);
});

afterAll(async () => {
  await browser.close();
});

describe('axe', () => {
  it.each([...pages, ...states].map(sight => [sight.name, sight] as const))('objects to nothing: %s', async (_name, sight) => {
    const page = await show(cast, sight);
    const objections: string[] = [];
    for (const theme of themes) {
      for (const size of ['desktop', 'phone'] as const) {
        await dress(page, theme, size);
        const examine = async (what: string): Promise<void> => {
          objections.push(...(await violationsOn(page)).map(violation => `${theme}, ${size}, ${what}: ${violation}`));
        };
        await examine('as it comes');
        await withEachOpened(page, async what => {
          await dress(page, theme, size);
          await examine(what);
        });
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > sizes[size].width) objections.push(`${theme}, ${size}: the page is ${width} px wide`);
      }
    }
    expect(objections).toEqual([]);
  });
});

describe('the keyboard', () => {
  it.each(pages.map(sight => [sight.name, sight] as const))('reaches everything, and shows where it is: %s', async (_name, sight) => {
    const page = await show(cast, sight);
    await dress(page, 'light', 'desktop');
    const { unreached, unseen } = await walk(page);
    expect(unreached).toEqual([]);
    expect(unseen).toEqual([]);
  });

  it('is enough to open an account, deposit and transfer', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await page.goto('/account');
    await page.getByLabel('Username').waitFor();
    await tabTo(page, 'Username');
    await page.keyboard.type(`keys-${randomBytes(6).toString('hex')}`);
    await tabTo(page, 'Password');
    await page.keyboard.type(randomBytes(9).toString('hex'));
    await tabTo(page, 'Open an account');
    await page.keyboard.press('Enter');
    await waitForFigure(page, 'balance', '€0.00');

    await tabTo(page, 'Deposit €100.00');
    await page.keyboard.press('Space');
    await waitForRow(page, 'Cash', '+€100.00');

    await tabTo(page, 'To');
    await page.keyboard.type('Albert Heijn BV');
    await tabTo(page, 'Amount');
    await page.keyboard.type('12.50');
    await tabTo(page, 'Description');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await waitForRow(page, 'Albert Heijn BV', 'By keyboard', '-€12.50');
    expect(await focused(page)).not.toBe('');
    expect(visitor.complaints).toEqual([]);
  });
});
