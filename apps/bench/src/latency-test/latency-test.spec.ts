import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram, type Program } from '@bank/stack';
import { openBank, type Bank } from '../bank/bank.ts';
import { Client, newCredentials } from '../bank/client.ts';
import { startEndpoint } from '../bank/endpoint.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { AccountPage } from './account-page.ts';
import { executablePath, startChromium, type Chromium } from './chromium.ts';
import { measuredOf } from './report.ts';
import { missesIn, missesToEnd, runTest, type Plan, type Step } from './run.ts';
import { traceOf, usualClicks } from './trace.ts';

const frontend = join(import.meta.dirname, '../../../frontend/dist');
const runId = '7b1f0f3e-5f0e-4a38-9a39-6a4b1f1f9f01';

// setup.sh installs no browser: on a machine without one the other tests are still of use.
describe.skipIf(!existsSync(executablePath))('the article’s test', () => {
  const resources = new AsyncDisposableStack();
  let bank: Bank;
  let handler: Program;
  let endpoint: Program;
  let heartbeat: Program;
  let chromium: Chromium;

  beforeAll(async () => {
    bank = resources.use(await openBank());
    handler = resources.use(await bank.startHandler());
    endpoint = resources.use(await startEndpoint(bank, { databaseUrl: await bank.createDatabase(), env: { FRONTEND_DIR: frontend } }));
    resources.use(await startProgram('command-generator', { env: { ...bank.env, RUN_ID: runId } }));
    heartbeat = resources.use(await startProgram('heartbeat', { env: bank.env }));
    chromium = resources.use(await startChromium());
  });
  afterAll(() => resources.disposeAsync());

  const logIn = async (): Promise<{ readonly client: Client; readonly page: AccountPage }> => {
    const credentials = newCredentials();
    const client = new Client(endpoint.url);
    await client.openAccount(credentials);
    return { client, page: resources.use(await AccountPage.logIn(chromium.browser, endpoint.url, credentials)) };
  };

  const test = async (page: AccountPage, plan: Plan): Promise<readonly Step[]> => {
    await using watermarks = await Watermarks.connect(bank.connection);
    const pids = new Map([['handler', handler.pid], ['browser', chromium.pid]]);
    const told: Step[] = [];
    const steps = await runTest({ heartbeatUrl: heartbeat.url, page, watermarks, pids, signal: new AbortController().signal }, plan, step => told.push(step));
    expect(told).toEqual(steps);
    return steps;
  };

  it('tells of every click what it took and where the time went, while the load is what was asked for', async () => {
    const { client, page } = await logIn();
    const steps = await test(page, { loads: [0, 50], seconds: 4, warmUp: { load: 50, seconds: 2 } });
    expect(steps.map(({ load, clicks }) => [load, clicks.length])).toEqual([[0, 4], [50, 4]]);
    const [idle, loaded] = steps.map(measuredOf);
    // Of so short a time nothing closer can be asked: up to two seconds' worth may be in hand at a look, and a busy machine misses some.
    const missedPerSecond = (loaded?.missedHeartbeats ?? 0) / (loaded?.achieved.worstWindow.seconds ?? NaN);
    expect(idle?.achieved.heartbeats).toBeLessThan(25);
    expect((loaded?.achieved.heartbeats ?? 0) + missedPerSecond).toBeGreaterThan(25);
    expect((loaded?.achieved.commands ?? 0) + missedPerSecond).toBeGreaterThan(25);
    expect(loaded?.parts['browser']?.cpuPercent).toBeGreaterThan(0);
    expect(loaded?.parts['handler']?.memoryMiB).toBeGreaterThan(30);

    const usual = steps.flatMap(({ clicks }) => usualClicks(clicks));
    expect(usual.length).toBeGreaterThan(0);
    for (const click of usual) {
      const { latencyMs, tookMs } = await traceOf(client, click);
      expect(latencyMs).toBeGreaterThan(0);
      expect(tookMs.click + tookMs.command + tookMs.settled + tookMs.changed + tookMs.shown).toBeCloseTo(latencyMs);
    }
  });

  it('ends when five clicks were missed, as they are when nobody settles commands', async () => {
    const { page } = await logIn();
    handler.kill('SIGSTOP');
    try {
      const [step, ...more] = await test(page, { loads: [0, 10], seconds: 60, warmUp: { load: 0, seconds: 0 } });
      expect(more).toEqual([]);
      expect(step?.clicks).toHaveLength(missesToEnd);
      expect(missesIn(step?.clicks ?? [])).toBe(missesToEnd);
    } finally {
      handler.kill('SIGCONT');
    }
  });
});
