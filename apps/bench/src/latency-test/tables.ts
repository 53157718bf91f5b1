/** The figures of the test as people read them. */
import type { Measured, Row, TracedStep } from './report.ts';
import type { Trace } from './trace.ts';

const row = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(at === 0 ? 6 : 10)).join('');
const table = (title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string => ['', title, row(columns), ...rows.map(row)].join('\n');

const ms = (value: number): string => value.toFixed(1);
const rate = (value: number): string => value.toFixed(value < 100 ? 1 : 0);
const whole = (value: number): string => value.toFixed(0);

/** By how many percent a rate is off; nothing is asked of a load of none. */
const offBy = (asked: number, achieved: number): string => (asked === 0 ? '–' : `${((achieved / asked - 1) * 100).toFixed(2)}%`);

const latencies = ['mean', 'p50', 'p90', 'p99', 'max'] as const;

export const heading = [
  'load: heartbeats a second that were asked for; then those written, and the commands and answers (1 a second of each is the client\'s own);',
  'off: by how much the heartbeats of the worst 30 s were; unsent: heartbeats not sent in time; ms from when a click was due until its balance stood in the list',
  row(['load', 'beats/s', 'commands/s', 'answers/s', 'off', 'unsent', 'clicks', 'missed', ...latencies]),
].join('\n');

/** A step of a run in a line, as soon as it is over. */
export const line = ({ load, n, misses, latencyMs, achieved, missedHeartbeats }: Measured): string =>
  row([
    String(load),
    ...[achieved.heartbeats, achieved.commands, achieved.answers].map(rate),
    offBy(load, achieved.worstWindow.heartbeats),
    ...[missedHeartbeats, n, misses].map(String),
    ...latencies.map(name => ms(latencyMs[name])),
  ]);

const latencyTable = (rows: readonly Row[]): string => {
  const spread = (runs: Row['runs']): string => {
    const medians = runs.map(({ latencyMs }) => latencyMs.p50);
    return `${ms(Math.min(...medians))}–${ms(Math.max(...medians))}`;
  };
  return table(
    'Latency in ms, all runs together; a miss counts as 5000',
    ['load', 'clicks', 'missed', ...latencies, 'min', 'p50 of runs'],
    rows.map(({ load, n, misses, latencyMs, runs }) => [
      ...[load, n, misses].map(String), ...latencies.map(name => ms(latencyMs[name])), ms(latencyMs.min), `  ${spread(runs)}`,
    ]),
  );
};

const useTables = (rows: readonly Row[]): readonly string[] => {
  const names = Object.keys(rows[0]?.parts ?? {});
  return [
    table(
      'Processors, 100 is one of them; others: the rest of this machine; stolen: what its host gave to other machines',
      ['load', ...names, 'others', 'stolen'],
      rows.map(({ load, parts, othersPercent, stolenPercent }) =>
        [String(load), ...names.map(name => ms(parts[name]?.cpuPercent ?? 0)), ms(othersPercent), ms(stolenPercent)]),
    ),
    table('Memory in MiB', ['load', ...names], rows.map(({ load, parts }) => [String(load), ...names.map(name => whole(parts[name]?.memoryMiB ?? 0))])),
  ];
};

const steps = ['click', 'command', 'settled', 'changed', 'shown'] as const satisfies readonly (keyof Trace['tookMs'])[];

const traceTable = (run: readonly TracedStep[]): string =>
  table(
    'A usual click of each kind, in ms: due → clicked → command written → settled → change of balance written → shown; feedback: settled → answer written',
    ['load', 'kind', ...steps, 'in all', 'feedback'],
    run.flatMap(({ step: { load }, traces }) =>
      traces.map(({ kind, latencyMs, tookMs }) => [String(load), kind, ...steps.map(name => ms(tookMs[name])), ms(latencyMs), ms(tookMs.feedback)])),
  );

/** All there is to say at the end; the traces are the last run's. */
export const tables = (rows: readonly Row[], runs: readonly (readonly TracedStep[])[]): string =>
  [latencyTable(rows), ...useTables(rows), traceTable(runs.at(-1) ?? [])].join('\n');
