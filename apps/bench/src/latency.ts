/** How long something took, many times, in a few figures. */
import type { Histogram } from 'node:perf_hooks';

/** Milliseconds. */
export type Latency = {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
};

const microsecondsPerMs = 1_000;

/** What a histogram of microseconds takes: a whole number, from 1. */
export const microsecondsOf = (ms: number): number => Math.max(1, Math.round(ms * microsecondsPerMs));

/** The figures of a histogram of microseconds. */
export const latencyOf = (histogram: Histogram): Latency => {
  const at = (percentile: number): number => histogram.percentile(percentile) / microsecondsPerMs;
  return { min: histogram.min / microsecondsPerMs, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: histogram.max / microsecondsPerMs };
};
