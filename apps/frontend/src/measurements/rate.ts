/** Reads a result of the bench's scenario `rate`: how long a transfer takes at constant rates, several runs of each. */
import { slugOf } from './campaign.ts';
import { fieldsOf, listOf, numberIn, numberOf, timeOf, type Fields } from './json.ts';
import { shortTime, storageOf } from './origin.ts';
import { spreadOf, type Spread } from './spread.ts';

export const percentiles = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
export type Percentile = (typeof percentiles)[number];

export type RateStep = {
  readonly perSecond: number;
  readonly samples: number;
  /** From the command to its feedback: the median of the runs, and their least and most. */
  readonly latencyMs: Readonly<Partial<Record<Percentile, Spread>>>;
};

export type RateResult = {
  readonly id: string;
  readonly label: string;
  readonly href: string;
  readonly steps: readonly RateStep[];
};

type Run = { readonly perSecond: number; readonly sent: number; readonly toFeedbackMs: Fields; readonly where: string };

const runOf = (value: unknown, at: number): Run => {
  const where = `runs[${String(at)}]`;
  const run = fieldsOf(value, where);
  return {
    perSecond: numberOf(run['perSecond'], `${where}.perSecond`),
    sent: numberOf(run['sent'], `${where}.sent`),
    toFeedbackMs: fieldsOf(run['toFeedbackMs'], `${where}.toFeedbackMs`),
    where,
  };
};

const stepOf = (perSecond: number, runs: readonly Run[]): RateStep => {
  const latencyMs: Partial<Record<Percentile, Spread>> = {};
  for (const percentile of percentiles) {
    const values = runs.map(run => numberIn(run.toFeedbackMs, percentile, run.where)).filter(value => value !== undefined);
    if (values.length > 0) latencyMs[percentile] = spreadOf(values);
  }
  return { perSecond, samples: runs.reduce((sum, { sent }) => sum + sent, 0), latencyMs };
};

/** @throws UnreadableResult */
export const parseRate = (json: unknown, href: string): RateResult => {
  const file = fieldsOf(json, 'the file');
  const at = timeOf(file['at'], 'at');
  const byRate = Map.groupBy(listOf(file['runs'], 'runs').map(runOf), run => run.perSecond);
  return {
    id: slugOf(at.toISOString()),
    label: `${shortTime(at)}, ${storageOf(file)}`,
    href,
    steps: [...byRate].map(([perSecond, runs]) => stepOf(perSecond, runs)).toSorted((a, b) => a.perSecond - b.perSecond),
  };
};
