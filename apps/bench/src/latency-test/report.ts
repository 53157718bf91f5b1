/** What the test came to, as people and as data. */
import { createHistogram } from 'node:perf_hooks';
import { latencyOf, microsecondsOf, type Latency } from '../latency.ts';
import { missAfterMs, type Clicked } from './account-page.ts';
import { achievedOf, type Achieved } from './achieved.ts';
import { missesIn, type Step } from './run.ts';
import type { Trace } from './trace.ts';
import { usedIn, type Use, type Used } from './use.ts';

type LatencyWithMean = Latency & { readonly mean: number };

/** One step of one run. */
export type Measured = Used & {
  readonly load: number;
  /** Clicks, the misses among them: these count as 5 s, the least that they took. */
  readonly n: number;
  readonly misses: number;
  readonly latencyMs: LatencyWithMean;
  readonly achieved: Achieved;
  readonly missedHeartbeats: number;
  /** What was used from one look to the next. */
  readonly samples: readonly Pick<Used, 'parts'>[];
};

/** One load, all runs together. */
export type Row = Omit<Measured, 'achieved' | 'missedHeartbeats' | 'samples'> & {
  readonly runs: readonly (Measured & { readonly traces: readonly Trace[] })[];
};

/** A step of a run that is over, and the traces of some of its clicks. */
export type TracedStep = { readonly step: Step; readonly traces: readonly Trace[] };

const latenciesOf = (clicks: readonly Clicked[]): LatencyWithMean => {
  const histogram = createHistogram();
  for (const click of clicks) histogram.record(microsecondsOf(click.isMiss ? missAfterMs : click.shownMs - click.dueMs));
  return { mean: histogram.mean / 1_000, ...latencyOf(histogram) };
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const measuredOf = ({ load, clicks, observations, missedHeartbeats }: Step): Measured => ({
  load,
  n: clicks.length,
  misses: missesIn(clicks),
  latencyMs: latenciesOf(clicks),
  ...usedIn(observations),
  achieved: achievedOf(load, observations),
  missedHeartbeats,
  samples: observations.slice(1).map((observation, at) => ({ parts: usedIn([observations[at] ?? observation, observation]).parts })),
});

/** All runs together, a row for each load: what was used is the mean of the runs. */
export const rowsOf = (runs: readonly (readonly TracedStep[])[]): readonly Row[] =>
  [...Map.groupBy(runs.flat(), ({ step }) => step.load)].map(([load, steps]) => {
    const measured = steps.map(({ step, traces }) => ({ ...measuredOf(step), traces }));
    const clicks = steps.flatMap(({ step }) => step.clicks);
    const meanOf = (pick: (one: Measured) => number): number => mean(measured.map(pick));
    const parts = Object.keys(measured[0]?.parts ?? {}).map((part): [string, Use] => {
      const of = (figure: keyof Use): number => meanOf(({ parts: all }) => all[part]?.[figure] ?? 0);
      return [part, { cpuPercent: of('cpuPercent'), memoryMiB: of('memoryMiB') }];
    });
    return {
      load,
      n: clicks.length,
      misses: missesIn(clicks),
      latencyMs: latenciesOf(clicks),
      parts: Object.fromEntries(parts),
      othersPercent: meanOf(({ othersPercent }) => othersPercent),
      stolenPercent: meanOf(({ stolenPercent }) => stolenPercent),
      runs: measured,
    };
  });

/** For each run the load at which it ended: that of the fifth miss, else the last. */
export const loadAtEndOf = (runs: readonly (readonly TracedStep[])[]): readonly number[] => runs.map(run => run.at(-1)?.step.load ?? 0);
