/** What a run at a constant rate came to, as people and as data. */
import type { RecordableHistogram } from 'node:perf_hooks';
import { median } from '../median.ts';
import type { Measured } from './rate.ts';

/** Milliseconds. */
export type Latency = { readonly p50: number; readonly p90: number; readonly p99: number; readonly p999: number; readonly max: number };

export type Run = {
  readonly perSecond: number;
  /** Transfers that count, and those of them that were confirmed. */
  readonly sent: number;
  readonly confirmed: number;
  readonly toFeedbackMs: Latency;
  readonly toBalanceChangedMs: Latency;
  readonly lagMs: number;
  /** The handler's resident memory, a sample a second: the median of the first fifth and of the last, and the most. */
  readonly memoryBytes: { readonly first: number; readonly last: number; readonly most: number };
};

const latencyOf = (histogram: RecordableHistogram): Latency => {
  const ms = (microseconds: number): number => microseconds / 1_000;
  const at = (percentile: number): number => ms(histogram.percentile(percentile));
  return { p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: ms(histogram.max) };
};

export const summaryOf = (perSecond: number, { toFeedback, toBalanceChanged, lagMs }: Measured, samples: readonly number[]): Run => {
  const fifth = Math.ceil(samples.length / 5);
  return {
    perSecond,
    sent: toFeedback.count,
    confirmed: toBalanceChanged.count,
    lagMs,
    toFeedbackMs: latencyOf(toFeedback),
    toBalanceChangedMs: latencyOf(toBalanceChanged),
    memoryBytes: { first: median(samples.slice(0, fifth)), last: median(samples.slice(-fifth)), most: Math.max(...samples) },
  };
};

const row = (cells: readonly string[]): string => cells.map((cell, at) => (at === 0 ? cell.padStart(7) : cell.padStart(11))).join('');

const ms = (value: number): string => value.toFixed(1);
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** Latencies in milliseconds to the feedback (f) and to the last change of a balance (b), memory in MiB. */
export const heading = [
  'ms until the feedback (f) and the last change of a balance (b) are received; the handler\'s memory in MiB',
  row(['per s', 'sent', 'f p50', 'f p99', 'f p99.9', 'f max', 'b p50', 'b p99', 'mem first', 'mem last', 'mem most']),
].join('\n');

export const line = ({ perSecond, sent, toFeedbackMs: f, toBalanceChangedMs: b, memoryBytes: { first, last, most } }: Run): string =>
  row([String(perSecond), String(sent), ...[f.p50, f.p99, f.p999, f.max, b.p50, b.p99].map(ms), ...[first, last, most].map(mebibytes)]);
