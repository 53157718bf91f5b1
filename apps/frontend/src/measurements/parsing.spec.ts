/** What result files hold is read as figures, or it is said what is wrong where. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDrain } from './drain.ts';
import { parseLatency } from './latency.ts';
import { parseRate } from './rate.ts';
import { listResults, ofScenario, readResults } from './results.ts';
import { parseSeed } from './seed.ts';

const bench = join(import.meta.dirname, '../../../bench');
const contentsOf = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(bench, ...path), 'utf8'));
const seed = contentsOf('seed', 'results.json');
const machine = { cores: 2 };
const at = '2026-11-25T04:50:03.551Z';
const latency = {
  scenario: 'latency',
  at,
  machine,
  implementation: 'TypeScript',
  loadAtEndOfRun: [580, 600],
  rows: [
    { load: 10, n: 60, latencyMs: { p50: 20, max: 90 }, parts: { handler: { cpuPercent: 150, memoryMiB: 80 } } },
    { load: 0, n: 60, latencyMs: { p50: 21 }, runs: [{ latencyMs: { p50: 19 } }, { latencyMs: { p50: 25 } }, {}] },
  ],
};

describe('the figures of 2019', () => {
  it('are four campaigns, whose processors are counted in processors', () => {
    const { campaigns, source } = parseSeed(seed, '/seed');
    expect(source).toContain('gklijs');
    expect(campaigns.map(({ id }) => id)).toEqual(['clojure-java-clients', 'rust-native-kafka-crate', 'rust-rdkafka-async', 'rust-rdkafka-sync']);
    const [clojure] = campaigns;
    const step = clojure?.steps[0];
    expect(step?.latencyMs.p50?.value).toBe(318);
    expect(step?.latencyMs.p90).toBeUndefined();
    expect(step?.use.handler?.processors.value).toBeCloseTo(0.0738);
    expect(step?.use.brokers?.mebibytes.value).toBe(1216.74);
    expect(clojure?.endedAt).toHaveLength(10);
  });

  it('are refused with the place of what is wrong', () => {
    const broken = { source: 'x', columns: { load: '', n: '' }, implementations: { Rust: { rows: [['a']], load_at_end_of_run: [] } } };
    expect(() => parseSeed(broken, '/seed')).toThrow('load in row 1 of Rust is not a number');
    expect(() => parseSeed([], '/seed')).toThrow('the file is not an object');
  });
});

describe('a latency result', () => {
  it('is a campaign in order of load, with the spread of its runs', () => {
    const campaign = parseLatency(latency, '/results/a.json');
    expect(campaign).toMatchObject({ isOurs: true, label: 'TypeScript, 2026-11-25 04:50, 2 cores', endedAt: [580, 600] });
    expect(campaign.steps.map(({ load }) => load)).toEqual([0, 10]);
    expect(campaign.steps[0]?.latencyMs).toEqual({ p50: { value: 21, least: 19, most: 25 } });
    expect(campaign.steps[1]?.latencyMs.max).toEqual({ value: 90, least: 90, most: 90 });
    expect(campaign.steps[1]?.use).toEqual({
      handler: { processors: { value: 1.5, least: 1.5, most: 1.5 }, mebibytes: { value: 80, least: 80, most: 80 } },
    });
  });

  it('may hold more than is shown, but not something else', () => {
    expect(parseLatency({ ...latency, later: true }, '/a').steps).toHaveLength(2);
    expect(() => parseLatency({ ...latency, rows: [{ load: 0, n: 1, latencyMs: { p50: 'fast' } }] }, '/a')).toThrow('rows[0].latencyMs.p50 is not a number');
    expect(() => parseLatency({ ...latency, at: 'yesterday' }, '/a')).toThrow('at is not a time');
    expect(() => parseLatency({ ...latency, implementation: undefined }, '/a')).toThrow('implementation is not a text');
  });
});

describe('results of other scenarios', () => {
  it('have a median and a spread for each rate', () => {
    const run = (perSecond: number, p50: number) => ({ perSecond, sent: 100, toFeedbackMs: { p50 } });
    const result = parseRate({ at, dataDir: '/dev/shm', runs: [run(5000, 9), run(10, 7), run(5000, 12), run(5000, 8)] }, '/a');
    expect(result.label).toBe('2026-11-25 04:50, RAM disk');
    expect(result.steps).toEqual([
      { perSecond: 10, samples: 100, latencyMs: { p50: { value: 7, least: 7, most: 7 } } },
      { perSecond: 5000, samples: 300, latencyMs: { p50: { value: 9, least: 8, most: 12 } } },
    ]);
  });

  it('have the rate of each drain, and what was in the ledger', () => {
    const drains = [{ commandsPerSecond: 20_000 }, { commandsPerSecond: 22_000 }];
    expect(parseDrain({ at, dataDir: '/tmp', ledgerRows: 5_000_000, drains }, '/a')).toMatchObject({
      label: '2026-11-25 04:50, disk, ledger of 5 million',
      commandsPerSecond: [20_000, 22_000],
    });
    expect(() => parseDrain({ at, drains: [{}] }, '/a')).toThrow('drains[0].commandsPerSecond is not a number');
  });
});

describe('result files', () => {
  it.each([['latency', parseLatency], ['rate', parseRate], ['drain', parseDrain]] as const)('of the bench are all read: %s', (scenario, parse) => {
    for (const name of ofScenario(readdirSync(join(bench, 'results')), scenario)) expect(() => parse(contentsOf('results', name), name)).not.toThrow();
  });

  const files = new Map<string, unknown>([
    ['/results/', ['20260102T000000Z-drain.json', '20260101T000000Z-latency.json', '20260101T000000Z-drain.json']],
    ['/results/20260102T000000Z-drain.json', { at: 1 }],
    ['/results/20260101T000000Z-drain.json', { at, drains: [] }],
  ]);
  const get = (path: string): Promise<unknown> =>
    files.has(path) ? Promise.resolve(files.get(path)) : Promise.reject(new Error('the bank answered with 404'));

  it('are shown without those that cannot be read, which are told of', async () => {
    const paths = ofScenario(await listResults(get), 'drain');
    expect(paths).toHaveLength(2);
    const { results, problems } = await readResults([...paths, '/results/none.json'], parseDrain, get);
    expect(results.map(({ href }) => href)).toEqual(['/results/20260101T000000Z-drain.json']);
    expect(problems).toEqual([
      { file: '/results/20260102T000000Z-drain.json', reason: 'at is not a text' },
      { file: '/results/none.json', reason: 'the bank answered with 404' },
    ]);
  });
});
