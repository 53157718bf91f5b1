/**
 * Reads a result of the bench's scenario `latency`, the article's test on our own bank. Besides what every result has (`scenario`, `at`,
 * `machine`, `revision`, `dataDir`), such a file holds:
 *
 *     {
 *       "implementation": "TypeScript",
 *       "loadAtEndOfRun": [580, 600, 590],
 *       "rows": [{
 *         "load": 10,
 *         "n": 180,
 *         "latencyMs": { "mean": 21.3, "min": 12.1, "p50": 20.4, "p90": 29.8, "p99": 41.0, "max": 52.7 },
 *         "parts": { "handler": { "cpuPercent": 4.1, "memoryMiB": 88.2 }, "endpoint": …, "database": …, "brokers": … },
 *         "runs": [{ "n": 60, "latencyMs": { … }, "parts": { … } }]
 *       }]
 *     }
 *
 * `load` is additional heartbeats a second; the row's own figures are of all its samples together; 100 `cpuPercent` are one processor.
 * Any of the figures, `runs`, `parts` and `loadAtEndOfRun` may be missing: what is not there is not drawn.
 */
import { parts, slugOf, statistics, type Campaign, type Part, type Statistic, type Step, type Use } from './campaign.ts';
import { fieldsOf, listIn, listOf, numberIn, numberOf, textOf, timeOf, type Fields } from './json.ts';
import { machineOf, shortTime } from './origin.ts';
import { among, type Spread } from './spread.ts';

const inner = (fields: Fields, name: string, where: string): Fields => fieldsOf(fields[name] ?? {}, `${where}.${name}`);

/** A figure of the row, with the same figure of each of its runs around it. */
const spreadIn = (row: Fields, runs: readonly Fields[], pick: (fields: Fields) => number | undefined): Spread | undefined => {
  const value = pick(row);
  return value === undefined ? undefined : among(value, runs.map(pick).filter(run => run !== undefined));
};

const latencyIn = (row: Fields, runs: readonly Fields[], where: string): Step['latencyMs'] => {
  const latency: Partial<Record<Statistic, Spread>> = {};
  for (const statistic of statistics) {
    const spread = spreadIn(row, runs, fields => numberIn(inner(fields, 'latencyMs', where), statistic, `${where}.latencyMs`));
    if (spread !== undefined) latency[statistic] = spread;
  }
  return latency;
};

const useIn = (row: Fields, runs: readonly Fields[], where: string): Step['use'] => {
  const use: Partial<Record<Part, Use>> = {};
  for (const part of parts) {
    const of = (name: string, unit: number) => (fields: Fields): number | undefined => {
      const figure = numberIn(inner(inner(fields, 'parts', where), part, `${where}.parts`), name, `${where}.parts.${part}`);
      return figure === undefined ? undefined : figure / unit;
    };
    const processors = spreadIn(row, runs, of('cpuPercent', 100));
    const mebibytes = spreadIn(row, runs, of('memoryMiB', 1));
    if (processors !== undefined && mebibytes !== undefined) use[part] = { processors, mebibytes };
  }
  return use;
};

const stepOf = (value: unknown, at: number): Step => {
  const where = `rows[${String(at)}]`;
  const row = fieldsOf(value, where);
  const runs = listIn(row, 'runs').map(run => fieldsOf(run, `a run of ${where}`));
  return {
    load: numberOf(row['load'], `${where}.load`),
    samples: numberOf(row['n'], `${where}.n`),
    latencyMs: latencyIn(row, runs, where),
    use: useIn(row, runs, where),
  };
};

/** @throws UnreadableResult */
export const parseLatency = (json: unknown, href: string): Campaign => {
  const file = fieldsOf(json, 'the file');
  const name = textOf(file['implementation'], 'implementation');
  const at = timeOf(file['at'], 'at');
  return {
    id: slugOf(`${name} ${at.toISOString()}`),
    label: `${name}, ${shortTime(at)}, ${machineOf(file)}`,
    isOurs: true,
    href,
    steps: listOf(file['rows'], 'rows').map(stepOf).toSorted((a, b) => a.load - b.load),
    endedAt: listIn(file, 'loadAtEndOfRun').map(end => numberOf(end, 'an end of a run')),
  };
};
