/**
 * How fast the bank is for who sits at a browser: from a click to its row, frames while many rows come, and Lighthouse.
 *
 * Prints a table and writes nothing. The bank's own load is stopped meanwhile; BANK_ENV_FILE tells where.
 */
import { availableParallelism, loadavg } from 'node:os';
import { z } from 'zod';
import { bankUrl, launch } from './browser.ts';
import { addressOf } from './endpoint.ts';
import { inspect } from './lighthouse.ts';
import { measureClicks } from './measure/clicks.ts';
import { measureFrames } from './measure/frames.ts';
import { quantile } from './measure/quantile.ts';

const leastPerformance = 95;
const inspections = 3;

const loadUrl = `${addressOf('HEARTBEAT_URL')}/load`;
const tellLoad = (): Promise<string> => fetch(loadUrl).then(response => response.text());
const setLoad = async (load: string): Promise<void> => {
  const { ok } = await fetch(loadUrl, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: load });
  if (!ok) throw new Error(`the heartbeat refuses the load ${load}`);
};

/** Performance by Lighthouse, several times because the machine does other things too. */
const measurePerformance = async (): Promise<readonly number[]> => {
  const scores: number[] = [];
  while (scores.length < inspections) scores.push((await inspect(`${bankUrl}/`, ['performance'])).performance);
  return scores.toSorted((one, other) => one - other);
};

const round = (ms: number): number => Math.round(ms * 10) / 10;
const row = (values: readonly number[]): object => ({
  count: values.length, p50: round(quantile(values, 0.5)), p99: round(quantile(values, 0.99)), max: round(Math.max(...values)),
});

const before = await tellLoad();
const { batch, intervalMs } = z.object({ batch: z.number(), intervalMs: z.number() }).parse(JSON.parse(before));
await setLoad('{"batch": 0}');
try {
  console.info(`Load before, and given back afterwards: ${before}. While measuring: ${await tellLoad()}`);
  console.info(`Running: the whole bank, this program and Chromium, on ${availableParallelism()} cores; load average ${loadavg().map(round).join(', ')}`);
  const browser = await launch();
  console.info(`Chromium ${browser.version()}`);
  try {
    const clicks = await measureClicks(browser);
    const { idle, busy, rowsPerSecond, paidPerSecond, rows, cpuShare } = await measureFrames(browser);
    console.info(`Frames: the list of a client's account, ${rows} rows; ${round(rowsPerSecond)} new ones a second by the transfers of other clients,`
      + ` of which the bank confirmed ${round(paidPerSecond)} a second; the page's main thread worked ${Math.round(cpuShare * 100)} % of the time`);
    console.table({
      'click on a deposit to its row, ms': row(clicks),
      'frame while nothing comes, ms': row(idle),
      'frame while rows come, ms': row(busy),
    });
  } finally {
    await browser.close();
  }
  const performance = await measurePerformance();
  const median = quantile(performance, 0.5);
  console.info(`Lighthouse performance of the home page, desktop: median ${median} of ${performance.join(', ')}`);
  if (median < leastPerformance) process.exitCode = 1;
} finally {
  await setLoad(JSON.stringify({ batch, intervalMs }));
}
