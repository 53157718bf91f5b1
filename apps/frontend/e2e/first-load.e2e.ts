/** What comes over the line on the first visit, where from, under which rules, and what Lighthouse says to it. */
import { gzipSync } from 'node:zlib';
import type { Browser, Request, WebSocket } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bankUrl, launch, visit } from './browser.ts';
import { inspect } from './lighthouse.ts';
import { assemble, pages, settled, show, type Cast, type Who } from './pages.ts';

/** JavaScript and styles of the first load, gzip, without charts and the font. */
const mostBytes = 200_000;
const leastScore = 95;

describe('the first load', () => {
  let browser: Browser;
  let cast: Cast & AsyncDisposable;

  beforeAll(async () => {
    browser = await launch();
    cast = await assemble(browser);
  });

  afterAll(async () => {
    await browser.close();
  });

  it('is small', async () => {
    await using visitor = await visit(browser);
    const bodies: Promise<readonly [string, Buffer]>[] = [];
    visitor.page.on('response', response => {
      if (['script', 'stylesheet'].includes(response.request().resourceType())) bodies.push(response.body().then(body => [response.url(), body]));
    });
    await visitor.page.goto('/', { waitUntil: 'networkidle' });
    await settled(visitor.page);
    const sizes = (await Promise.all(bodies)).map(([url, body]) => ({ file: new URL(url).pathname, bytes: gzipSync(body).length }));
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    console.info(`first load: ${(bytes / 1_000).toFixed(1)} kB gzip in ${sizes.length} files`);
    expect(sizes.map(({ file }) => file)).toContainEqual(expect.stringMatching(/\.css$/));
    expect(bytes).toBeLessThanOrEqual(mostBytes);
  });

  it('forbids what is inline', async () => {
    const { headers } = await fetch(bankUrl);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain('default-src \'self\'');
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
  });

  it.each(pages.map(sight => [sight.name, sight] as const))('asks nobody else, and breaks no rule: %s', async (_name, sight) => {
    const { page, complaints } = cast[sight.who];
    const origins = new Set<string>();
    const note = (asked: Request | WebSocket): void => void origins.add(new URL(asked.url()).host);
    page.on('request', note).on('websocket', note);
    await show(cast, sight);
    page.off('request', note).off('websocket', note);
    expect([...origins]).toEqual([new URL(bankUrl).host]);
    expect(complaints).toEqual([]);
  });

  it('gave no browser a reason to complain', () => {
    const seats: readonly Who[] = ['visitor', 'client', 'employee'];
    expect(seats.flatMap(who => cast[who].complaints)).toEqual([]);
  });
});

describe('Lighthouse', () => {
  // How fast a page is depends on the machine, which at times is too busy for any figure, and is measured apart from the tests.
  it('finds the home page accessible and well made', async () => {
    const scores = await inspect(`${bankUrl}/`, ['accessibility', 'best-practices']);
    console.info(`Lighthouse: ${JSON.stringify(scores)}`);
    expect(scores.accessibility).toBeGreaterThanOrEqual(leastScore);
    expect(scores['best-practices']).toBeGreaterThanOrEqual(leastScore);
  }, 120_000);
});
