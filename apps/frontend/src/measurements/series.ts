/** What is drawn: curves of points with the spread of their runs, and strips of single runs. */
import type { Campaign, Part, Statistic } from './campaign.ts';
import type { Percentile, RateResult } from './rate.ts';
import { isSpread, median, type Spread } from './spread.ts';

export type Point = Spread & {
  readonly x: number;
  readonly samples: number;
};

export type Series = {
  readonly label: string;
  /** Which colour, symbol and dashes: the same whatever else is shown. */
  readonly look: number;
  readonly points: readonly Point[];
};

export type Strip = {
  readonly label: string;
  readonly look: number;
  readonly values: readonly number[];
};

/** Something that can be chosen, with the look it keeps. */
export type Looking<T> = T & { readonly look: number };

const pointsOf = <T>(steps: readonly T[], pick: (step: T) => Spread | undefined, at: (step: T) => { x: number; samples: number }): readonly Point[] =>
  steps.flatMap(step => {
    const spread = pick(step);
    return spread === undefined ? [] : [{ ...at(step), ...spread }];
  });

const curvesOf = (campaigns: readonly Looking<Campaign>[], pick: (step: Campaign['steps'][number]) => Spread | undefined): readonly Series[] =>
  campaigns
    .map(({ label, look, steps }) => ({ label, look, points: pointsOf(steps, pick, ({ load, samples }) => ({ x: load, samples })) }))
    .filter(({ points }) => points.length > 0);

/** Latency against load; who has no such figure is left out. */
export const latencySeries = (campaigns: readonly Looking<Campaign>[], statistic: Statistic): readonly Series[] =>
  curvesOf(campaigns, step => step.latencyMs[statistic]);

/** Busy processors of a part against load. */
export const processorSeries = (campaigns: readonly Looking<Campaign>[], part: Part): readonly Series[] =>
  curvesOf(campaigns, step => step.use[part]?.processors);

/** Memory of a part against load. */
export const memorySeries = (campaigns: readonly Looking<Campaign>[], part: Part): readonly Series[] =>
  curvesOf(campaigns, step => step.use[part]?.mebibytes);

/** The load at which each run ended. */
export const endStrips = (campaigns: readonly Looking<Campaign>[]): readonly Strip[] =>
  campaigns.filter(({ endedAt }) => endedAt.length > 0).map(({ label, look, endedAt }) => ({ label, look, values: endedAt }));

/** Latency against rate. */
export const rateSeries = (results: readonly Looking<RateResult>[], percentile: Percentile): readonly Series[] =>
  results
    .map(({ label, look, steps }) => ({
      label,
      look,
      points: pointsOf(steps, step => step.latencyMs[percentile], ({ perSecond, samples }) => ({ x: perSecond, samples })),
    }))
    .filter(({ points }) => points.length > 0);

/** On a logarithmic axis there is no place for zero or less. */
export const drawable = (points: readonly Point[], isLogarithmic: boolean): readonly Point[] =>
  isLogarithmic ? points.filter(({ value }) => value > 0) : points;

/** Those that get an error bar. */
export const withSpread = (points: readonly Point[]): readonly Point[] => points.filter(isSpread);

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** What a plot of curves shows, in words, for those who do not see it. */
export const describeSeries = (title: string, series: readonly Series[], { unit, of }: { readonly unit: string; readonly of: string }): string => {
  const each = series.map(({ label, points }) => {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) return label;
    return `${label} from ${number.format(first.value)} ${unit} at ${number.format(first.x)} to ${number.format(last.value)} ${unit} at ${number.format(last.x)} ${of}`;
  });
  return `${title}. ${each.join('; ')}.`;
};

/** What a plot of strips shows, in words. */
export const describeStrips = (title: string, strips: readonly Strip[], unit: string): string => {
  const each = strips.map(({ label, values }) => {
    const [least, most] = [Math.min(...values), Math.max(...values)].map(value => number.format(value));
    return `${label}: median ${number.format(median(values))}, from ${least ?? ''} to ${most ?? ''} ${unit}`;
  });
  return `${title}. ${each.join('; ')}.`;
};
