/** The article's test, ours and that of 2019, as figures of the same kind. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Point } from './plot.ts';
import { newest, type Result } from './results.ts';

export const parts = ['handler', 'endpoint', 'database', 'brokers'] as const;
export type Part = (typeof parts)[number];

export const statistics = ['p50', 'p99'] as const;
export type Statistic = (typeof statistics)[number];

/** A curve over the load, in additional heartbeats a second. */
type OverLoad = readonly Point[];

export type Campaign = {
  readonly label: string;
  readonly isOurs: boolean;
  readonly latencyMs: Readonly<Record<Statistic, OverLoad>>;
  readonly processors: Readonly<Record<Part, OverLoad>>;
  readonly memoryMiB: Readonly<Record<Part, OverLoad>>;
  /** For each run the load at which it ended. */
  readonly endedAt: readonly number[];
  /** Undefined for the figures of 2019. */
  readonly result: Result | undefined;
};

const Use = z.object({ cpuPercent: z.number(), memoryMiB: z.number() });
const Step = z.object({
  latencyMs: z.object({ p50: z.number(), p99: z.number() }),
  parts: z.partialRecord(z.string(), Use).default({}),
});

/** The schema is told in apps/frontend/src/measurements/latency.ts, which reads the same files. */
const Latency = z.object({
  implementation: z.string(),
  loadAtEndOfRun: z.array(z.number()).default([]),
  rows: z.array(Step.extend({ load: z.number(), runs: z.array(Step).default([]) })),
});

type Row = z.output<typeof Latency>['rows'][number];

/** A figure of every row, with the least and the most of its runs; none of a row that does not tell it. */
const over = (rows: readonly Row[], pick: (step: z.output<typeof Step>) => number | undefined): OverLoad =>
  rows.flatMap(row => {
    const y = pick(row);
    if (y === undefined) return [];
    const all = [y, ...row.runs.flatMap(run => pick(run) ?? [])];
    return [{ x: row.load, y, least: Math.min(...all), most: Math.max(...all) }];
  });

const byPart = (curveOf: (part: Part) => OverLoad): Record<Part, OverLoad> =>
  ({ handler: curveOf('handler'), endpoint: curveOf('endpoint'), database: curveOf('database'), brokers: curveOf('brokers') });

/** Our newest test of each implementation. */
export const ourCampaigns = (results: readonly Result[]): readonly Campaign[] =>
  newest(results, 'latency', { parse: result => [Latency.parse(result)], settingOf: ({ implementation }) => implementation }).map(({ setting, result, parsed }) => {
    const rows = parsed.rows.toSorted((a, b) => a.load - b.load);
    return {
      label: `${setting}, ${result.at.slice(0, 10)}, ${result.machine.cores} cores`,
      isOurs: true,
      latencyMs: { p50: over(rows, step => step.latencyMs.p50), p99: over(rows, step => step.latencyMs.p99) },
      processors: byPart(part => over(rows, step => step.parts[part] && step.parts[part].cpuPercent / 100)),
      memoryMiB: byPart(part => over(rows, step => step.parts[part]?.memoryMiB)),
      endedAt: parsed.loadAtEndOfRun,
      result,
    };
  });

const Seed = z.object({
  columns: z.record(z.string(), z.string()),
  implementations: z.record(z.string(), z.object({ load_at_end_of_run: z.array(z.number()), rows: z.array(z.array(z.number())) })),
});

/** Its processors are a percentage of the nine that Docker was given. */
const processorsOfDocker = 9;

/** The four handlers of 2019. @throws Error when the file is not there, or does not hold them */
export const seedCampaigns = (file: string): readonly Campaign[] => {
  const { columns, implementations } = Seed.parse(JSON.parse(readFileSync(file, 'utf8')));
  const names = Object.keys(columns);
  const partNames: Readonly<Record<Part, string>> = { handler: 'handler', endpoint: 'endpoint', database: 'db', brokers: 'brokers' };
  return Object.entries(implementations).map(([name, { load_at_end_of_run: endedAt, rows }]) => {
    const curve = (column: string, factor = 1): OverLoad =>
      rows.map(row => ({ x: row[names.indexOf('load')] ?? NaN, y: (row[names.indexOf(column)] ?? NaN) * factor }));
    return {
      label: `${name}, 2019`,
      isOurs: false,
      latencyMs: { p50: curve('p50_ms'), p99: curve('p99_ms') },
      processors: byPart(part => curve(`cpu_${partNames[part]}_pct`, processorsOfDocker / 100)),
      memoryMiB: byPart(part => curve(`mem_${partNames[part]}_mib`)),
      endedAt,
      result: undefined,
    };
  });
};
