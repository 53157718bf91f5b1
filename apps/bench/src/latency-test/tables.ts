/** The figures of the test as people read them. */
import type { Measured, Row, TracedStep } from './report.ts';
import type { Trace } from './trace.ts';

const gap = 2;

/** A title, and columns that are as wide as their widest cell. */
const table = (title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string => {
  const widths = columns.map((column, at) => gap + Math.max(column.length, ...rows.map(cells => cells[at]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('');
  return ['', title, lineOf(columns), ...rows.map(lineOf)].join('\n');
};

const ms = (value: number): string => value.toFixed(1);
const rate = (value: number): string => value.toFixed(value < 100 ? 1 : 0);

/** By how much a rate is off; nothing is asked of a load of none. */
const offBy = (asked: number, achieved: number): string => {
  const percent = (achieved / asked - 1) * 100;
  return asked === 0 ? '–' : `${percent < 0 ? '' : '+'}${percent.toFixed(2)}%`;
};

const figures = ['mean', 'p50', 'p90', 'p99', 'max'] as const;

export const legend = `
  asked            heartbeats a second that the step asks for
  beats … answers  those written to Kafka a second, and what came of them; one command and answer a second are the client's own
  off, unsent      by how much the beats of the worst 30 s of the step missed what was asked; how many could not be sent in time
  mean … max       ms from when a click was due until its new balance stood in the list; a miss counts as 5000`;

const progress = ['asked', 'beats', 'commands', 'answers', 'off', 'unsent', 'clicks', 'missed', ...figures];
const progressLine = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(at < 2 ? 7 : 10)).join('');

export const heading = progressLine(progress);

/** A step of a run in a line, as soon as it is over. */
export const line = ({ load, n, misses, latencyMs, achieved, missedHeartbeats }: Measured): string =>
  progressLine([
    String(load),
    ...[achieved.heartbeats, achieved.commands, achieved.answers].map(rate),
    offBy(load, achieved.worstWindow.heartbeats),
    ...[missedHeartbeats, n, misses].map(String),
    ...figures.map(name => ms(latencyMs[name])),
  ]);

const latencyTable = (rows: readonly Row[]): string => {
  const spread = (runs: Row['runs']): string => {
    const medians = runs.map(({ latencyMs }) => latencyMs.p50);
    return medians.length === 1 ? '–' : `${ms(Math.min(...medians))}–${ms(Math.max(...medians))}`;
  };
  return table(
    'Latency in ms, all runs together',
    ['load', 'clicks', 'missed', 'min', ...figures, 'p50 of the runs'],
    rows.map(({ load, n, misses, latencyMs, runs }) => [
      ...[load, n, misses].map(String), ms(latencyMs.min), ...figures.map(name => ms(latencyMs[name])), spread(runs),
    ]),
  );
};

const useTables = (rows: readonly Row[]): readonly string[] => {
  const names = Object.keys(rows[0]?.parts ?? {});
  return [
    table(
      'Processors: 100 is one of them, busy all the time; others is the rest of this machine, stolen what its host gave to other machines',
      ['load', ...names, 'others', 'stolen'],
      rows.map(({ load, parts, othersPercent, stolenPercent }) =>
        [String(load), ...names.map(name => ms(parts[name]?.cpuPercent ?? 0)), ms(othersPercent), ms(stolenPercent)]),
    ),
    table(
      'Memory in MiB',
      ['load', ...names],
      rows.map(({ load, parts }) => [String(load), ...names.map(name => (parts[name]?.memoryMiB ?? 0).toFixed(0))]),
    ),
  ];
};

const legs = ['click', 'command', 'settled', 'changed', 'shown'] as const satisfies readonly (keyof Trace['tookMs'])[];

const traceTable = (run: readonly TracedStep[]): string =>
  table(
    'One usual click of each kind, in ms: due → click → command written → settled → change of balance written → shown; feedback: settled → answer written',
    ['load', 'kind', ...legs, 'in all', 'feedback'],
    run.flatMap(({ step: { load }, traces }) =>
      traces.map(({ kind, latencyMs, tookMs }) => [String(load), kind, ...legs.map(name => ms(tookMs[name])), ms(latencyMs), ms(tookMs.feedback)])),
  );

/** All there is to say at the end; the traces are the last run's. */
export const tables = (rows: readonly Row[], runs: readonly (readonly TracedStep[])[]): string =>
  [latencyTable(rows), ...useTables(rows), traceTable(runs.at(-1) ?? [])].join('\n');
