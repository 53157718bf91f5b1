/** What mutations took, as people and as data. */
import { createHistogram } from 'node:perf_hooks';
import { latencyOf, microsecondsOf, type Latency } from '../latency.ts';
import { median } from '../median.ts';
import type { Mutation } from './confirm.ts';
import type { Times } from './feedback.ts';

/** Where the time goes, medians in milliseconds; of whole milliseconds each, so that they need not add up. */
export type Legs = {
  /** From the client to the command's record: HTTP, GraphQL, the command stored. */
  readonly toCommand: number;
  /** Until the handler settled it. */
  readonly toSettled: number;
  /** Until it was committed, and the feedback made. */
  readonly toFeedback: number;
  /** Until the client has the answer: Kafka, the projection, the outcome read. */
  readonly toAnswer: number;
};

export type Run = { readonly all: Latency; readonly deposits: Latency; readonly transfers: Latency; readonly legs: Legs };

/** A mutation, and when the bank did what for it. */
export type Timed = Mutation & Times;

export const summaryOf = (timed: readonly Timed[]): Run => {
  const of = (kind: Mutation['kind']): readonly Timed[] => timed.filter(mutation => mutation.kind === kind);
  const leg = (tookMs: (mutation: Timed) => number): number => median(timed.map(tookMs));
  return {
    all: latenciesOf(timed),
    deposits: latenciesOf(of('deposit')),
    transfers: latenciesOf(of('transfer')),
    legs: {
      toCommand: leg(({ askedMs, commandMs }) => commandMs - askedMs),
      toSettled: leg(({ commandMs, settledMs }) => settledMs - commandMs),
      toFeedback: leg(({ settledMs, feedbackMs }) => feedbackMs - settledMs),
      toAnswer: leg(({ feedbackMs, answeredMs }) => answeredMs - feedbackMs),
    },
  };
};

const latenciesOf = (mutations: readonly Mutation[]): Latency => {
  const histogram = createHistogram();
  for (const { askedMs, answeredMs } of mutations) histogram.record(microsecondsOf(answeredMs - askedMs));
  return latencyOf(histogram);
};

const row = (cells: readonly string[]): string => cells.map(cell => cell.padStart(9)).join('');
const ms = (value: number): string => value.toFixed(1);

export const heading = [
  'ms from mutation to confirmed answer; medians of where it goes: to the command\'s record, until it is settled, until its feedback, until the answer',
  row(['p50', 'p90', 'p99', 'min', 'max', 'deposit', 'transfer', 'command', 'settled', 'feedback', 'answer']),
].join('\n');

export const line = ({ all, deposits, transfers, legs }: Run): string =>
  row([all.p50, all.p90, all.p99, all.min, all.max, deposits.p50, transfers.p50, legs.toCommand, legs.toSettled, legs.toFeedback, legs.toAnswer].map(ms));
