import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedCampaigns } from './campaign.ts';
import { pageOf, type Page } from './page.ts';
import { readResults } from './results.ts';

describe('the page of measurements', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const machine = { processor: 'EPYC', cores: 2, memoryBytes: 24 * 2 ** 30, loadBefore: 0.14 };

  /** Writes a result of the n-th day of 2026. */
  const give = (scenario: string, day: number, fields: object): void => {
    const at = `2026-01-0${day}T12:00:00.000Z`;
    writeFileSync(join(folder, `2026010${day}T120000Z-${scenario}.json`), JSON.stringify({ scenario, at, machine, revision: `revision${day}`, dataDir: '/dev/shm', ...fields }));
  };
  const seed = seedCampaigns(join(import.meta.dirname, '../../seed/results.json'));
  const page = (): Page => pageOf(readResults(folder), seed, ['crash']);

  const drain = (median: number, ledgerRows = 0): object => ({
    arguments: ['--runs', '2', '--node-options', '--cpu-prof --x'],
    commandsPerSecondMedian: median, commandsPerSecondLeast: median - 100, commandsPerSecondMost: median + 100,
    processorMicrosecondsPerCommand: { handler: 38.25, postgres: 18, kafka: 9 }, handlerPeakBytes: 300 * 2 ** 20, ledgerRows, drains: [{ commands: 200_000 }, { commands: 200_000 }],
  });
  const rateRun = (perSecond: number, p50: number): object =>
    ({ perSecond, toFeedbackMs: { p50, p99: 30, p999: 60 }, processorMicrosecondsPerTransfer: { handler: 110 }, memoryBytes: { most: 270 * 2 ** 20 } });
  const step = (p50: number, cpuPercent: number): object => ({ latencyMs: { p50, p99: 2 * p50 }, parts: { handler: { cpuPercent, memoryMiB: 90 } } });

  it('says of what there is no result', () => {
    const { markdown, plots } = page();
    for (const scenario of ['latency', 'drain', 'rate', 'compare']) expect(markdown).toContain(`There is no result of \`${scenario}\` yet: `);
    expect(markdown).toContain('| crash | no result yet |');
    expect(plots).toEqual({});
  });

  it('shows the newest drain of each setting, with its spread and where it comes from', () => {
    give('drain', 1, drain(20_000));
    give('drain', 2, drain(25_000));
    give('drain', 3, drain(19_000, 5_000_000));
    give('drain', 4, { ...drain(30_000), client: 'platformatic' });
    const { markdown } = page();
    expect(markdown.match(/^\| (kafkajs|platformatic).*$/gm)?.map(row => row.split(' | ').slice(0, 5))).toEqual([
      ['| kafkajs, RAM disk', '2 × 200,000', '25,000 (24,900–25,100)', '38.3', '18'],
      ['| kafkajs, RAM disk, ledger of 5000000', '2 × 200,000', '19,000 (18,900–19,100)', '38.3', '18'],
      ['| platformatic, RAM disk', '2 × 200,000', '30,000 (29,900–30,100)', '38.3', '18'],
    ]);
    expect(markdown).toContain(
      "- [20260102T120000Z-drain](../../apps/bench/results/20260102T120000Z-drain.json): `npx nx run bench:drain -- --runs 2 --node-options '--cpu-prof --x'`, revision revision2, 2 × EPYC, 24 GiB, load 0.1 before",
    );
  });

  it('shows the medians of the runs at each rate, the newest of each, and says that old results do not tell their options', () => {
    give('rate', 1, { seconds: 15, runs: [rateRun(10, 9), rateRun(5_000, 20)] });
    give('rate', 2, { seconds: 20, runs: [rateRun(5_000, 8), rateRun(5_000, 12), rateRun(5_000, 10)] });
    const { markdown } = page();
    expect(markdown.match(/^\| kafkajs.*$/gm)?.map(row => row.split(' | ').slice(0, 3))).toEqual([
      ['| kafkajs, RAM disk, 10/s', '1 × 15 s', '9'],
      ['| kafkajs, RAM disk, 5000/s', '3 × 20 s', '10 (8–12)'],
    ]);
    expect(markdown).toContain('`npx nx run bench:rate`, options not recorded');
  });

  it('shows what was compared, and the ratio', () => {
    const spread = (median: number): object => ({ median, least: median - 1, most: median + 1 });
    give('compare', 1, {
      of: 'drain', rounds: 5, handlers: [{ name: 'ours', env: { KAFKA_CLIENT: 'kafkajs' } }, { name: 'rust', command: 'target/release/handler | tee log', env: {} }],
      figures: [{ name: 'commands settled', unit: '/s', handlers: [{ handler: 'ours', spread: spread(20), ratio: spread(1) }, { handler: 'rust', spread: spread(30), ratio: spread(1.5) }] }],
    });
    const { markdown } = page();
    expect(markdown).toContain('### drain: ours, rust\n');
    expect(markdown).toContain('- ours: our handler, KAFKA_CLIENT=kafkajs\n- rust: `target/release/handler | tee log`\n');
    expect(markdown).toContain('| commands settled | /s | 20 (19–21) | 30 (29–31) | 1.5 (0.5–2.5) |');
  });

  it('draws our latency, processors and memory over the curves of 2019, the same each time', () => {
    give('latency', 1, { implementation: 'TypeScript', loadAtEndOfRun: [450, 470], rows: [{ load: 400, ...step(30, 12), runs: [step(25, 10), step(40, 14)] }, { load: 0, ...step(20, 2) }] });
    const { markdown, plots } = page();
    expect(Object.keys(plots)).toEqual(['latency.svg', 'processors.svg', 'memory.svg']);
    for (const name of Object.keys(plots)) expect(markdown).toContain(`](../images/measurements/${name})`);
    for (const svg of Object.values(plots)) {
      expect(svg).toContain('>TypeScript, 2026-01-01, 2 cores<');
      expect(svg).toContain('>Clojure (Java clients), 2019<');
    }
    expect(markdown).toContain('| TypeScript, 2026-01-01, 2 cores | 20 | 40 | 30 (25–40) | 60 (50–80) | 450–470 |');
    expect(markdown).toContain('| Clojure (Java clients), 2019 | 318 | 486 | 288 | 481 | 460–580 |');
    expect(page()).toEqual({ markdown, plots });
  });

  it('names a file that is no result, or not what it should be', () => {
    give('drain', 1, { ledgerRows: 'none' });
    expect(page).toThrow('20260101T120000Z-drain.json is not what a result of drain should be');
    writeFileSync(join(folder, '20260102T120000Z-rate.json'), '{');
    expect(page).toThrow('20260102T120000Z-rate.json is no result of a scenario');
  });
});
