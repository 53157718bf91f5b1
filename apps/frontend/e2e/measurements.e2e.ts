/** The page of measurements in a real browser: the figures of 2019 and ours as plots, tables and files. */
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bankUrl, launch, visit } from './browser.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

const plotOf = (page: Page, name: string): Locator => page.getByTestId(name).getByRole('img');

const lineCount = (page: Page, name: string): Promise<number> => plotOf(page, name).locator('[data-mark=line] path').count();

const listPath = '/results/';
const latencyFile = '20990101T000000Z-latency.json';
const brokenFile = '20990102T000000Z-latency.json';

/** Lets the bank have results of its own: a good one, and one that cannot be read. */
const withOwnResults = async (page: Page): Promise<void> => {
  const row = (load: number, p99: number) => ({ load, n: 60, latencyMs: { p99 }, runs: [{ latencyMs: { p99: p99 - 5 } }, { latencyMs: { p99: p99 + 5 } }] });
  const result = {
    scenario: 'latency',
    at: '2099-01-01T00:00:00.000Z',
    machine: { cores: 2 },
    implementation: 'TypeScript',
    loadAtEndOfRun: [600, 620],
    rows: [row(0, 40), row(10, 45)],
  };
  await page.route(url => url.pathname === listPath, route => route.fulfill({ json: [brokenFile, latencyFile] }));
  await page.route(`**/results/${latencyFile}`, route => route.fulfill({ json: result }));
  await page.route(`**/results/${brokenFile}`, route => route.fulfill({ json: { at: 'never' } }));
};

/** Lets the bank have no results of its own. */
const withoutOwnResults = (page: Page): Promise<unknown> => page.route(url => url.pathname === listPath, route => route.fulfill({ json: [] }));

describe('the page of measurements', () => {
  it('shows the curves of 2019, says that there are none of ours yet, and asks nobody else', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    const elsewhere: string[] = [];
    page.on('request', request => {
      if (new URL(request.url()).host !== new URL(bankUrl).host) elsewhere.push(request.url());
    });
    await withoutOwnResults(page);
    await page.goto('/measurements');
    await plotOf(page, 'latency').waitFor();
    expect(await page.title()).toBe('Measurements · Open Bank');
    expect(await lineCount(page, 'latency')).toBe(4);
    expect(await plotOf(page, 'latency').getAttribute('aria-label')).toContain('Clojure (Java clients), 2019 from 486 ms at 0');
    for (const name of ['processors', 'memory', 'ends']) await plotOf(page, name).waitFor();
    expect(await page.getByTestId('no-own-run').textContent()).toContain('npx nx run bench:latency');
    expect(elsewhere).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  it('draws what is chosen by the keyboard, keeps it in the address, and shows it again', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await withoutOwnResults(page);
    await page.goto('/measurements');
    await plotOf(page, 'latency').waitFor();
    await page.getByRole('checkbox', { name: 'Rust native' }).press('Space');
    await page.waitForURL(url => !(url.searchParams.get('runs') ?? 'rust-native').includes('rust-native'));
    await page.getByRole('combobox', { name: 'Latency' }).selectOption('Average');
    await page.waitForURL(url => url.searchParams.get('figure') === 'mean');
    await page.getByRole('combobox', { name: 'Vertical axis' }).selectOption('Linear, from zero');
    await page.waitForURL(url => url.searchParams.get('scale') === 'linear');
    await page.getByRole('img', { name: /^Average latency against load\. Clojure/ }).waitFor();
    expect(await lineCount(page, 'latency')).toBe(3);

    await page.reload();
    await page.getByRole('img', { name: /^Average latency against load\. Clojure/ }).waitFor();
    expect(await lineCount(page, 'latency')).toBe(3);
    expect(await page.getByRole('checkbox', { name: 'Rust native' }).isChecked()).toBe(false);
    expect(visitor.complaints).toEqual([]);
  });

  it('says so when nobody who is chosen has the figure', async () => {
    await using visitor = await visit(browser);
    await withoutOwnResults(visitor.page);
    await visitor.page.goto('/measurements?figure=p90');
    await visitor.page.getByTestId('latency').getByText('None of those chosen has this figure.').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('has the figures as a table and as files', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await withoutOwnResults(page);
    await page.goto('/measurements?figure=p50');
    await plotOf(page, 'latency').waitFor();
    await page.getByTestId('latency').getByText('The figures as a table').click();
    await page.getByRole('table', { name: 'Median latency' }).getByText('Clojure (Java clients), 2019').first().waitFor();

    const csv = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV: Median latency' }).click();
    const file = await csv;
    expect(file.suggestedFilename()).toBe('latency.csv');
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n');
    expect(lines[0]).toBe('Series,Additional heartbeats a second,Latency (ms),Least of the runs,Most of the runs,Samples');
    expect(lines[1]).toBe('"Clojure (Java clients), 2019",0,318,,,600');

    await page.getByText('The result files (JSON)').click();
    const json = page.waitForEvent('download');
    await page.getByRole('link', { name: 'seed/results.json' }).click();
    expect(await readFile(await (await json).path(), 'utf8')).toContain('gklijs/obm_confluent_blog');
    expect(visitor.complaints).toEqual([]);
  });

  it('shows ours with error bars, and tells which file cannot be read', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await withOwnResults(page);
    await page.goto('/measurements');
    await plotOf(page, 'latency').waitFor();
    expect(await lineCount(page, 'latency')).toBe(5);
    expect(await plotOf(page, 'latency').locator('[data-mark=rule] line').count()).toBe(2);
    await page.getByRole('checkbox', { name: 'TypeScript, 2099-01-01 00:00, 2 cores' }).waitFor();
    expect(await page.getByTestId('no-own-run').count()).toBe(0);
    expect(await page.getByRole('alert').textContent()).toContain(`${brokenFile}: implementation is not a text`);
    expect(visitor.complaints).toEqual([]);
  });

  it('shows constant rates and throughput as well', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await page.goto('/measurements');
    await page.getByRole('link', { name: 'Constant rates' }).click();
    await plotOf(page, 'rate').waitFor();
    await page.getByRole('link', { name: 'Throughput' }).click();
    await plotOf(page, 'drain').waitFor();
    expect(await plotOf(page, 'drain').getAttribute('aria-label')).toContain('commands a second');
    expect(visitor.complaints).toEqual([]);
  });

  it('fits a phone, and is drawn again when it is turned', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto('/measurements');
    await plotOf(page, 'ends').waitFor();
    const narrow = Number(await plotOf(page, 'latency').getAttribute('width'));
    expect(narrow).toBeLessThan(390);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.setViewportSize({ width: 844, height: 390 });
    await page.getByTestId('latency').locator(`svg.plot:not([width="${String(narrow)}"])`).waitFor();
    expect(Number(await plotOf(page, 'latency').getAttribute('width'))).toBeGreaterThan(600);
    expect(visitor.complaints).toEqual([]);
  });

  it('offers to try again when the bank does not answer', async () => {
    await using visitor = await visit(browser);
    const { page } = visitor;
    await page.route(url => url.pathname === listPath, route => route.fulfill({ status: 503 }), { times: 1 });
    await page.goto('/measurements');
    await page.getByRole('alert').getByText('the bank answered with 503').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await plotOf(page, 'latency').waitFor();
  });
});
