/** What drains came to, as people and as data. */
import { median } from '../median.ts';
import type { Drained } from './drain.ts';

export type Summary = {
  readonly commandsPerSecondMedian: number;
  readonly commandsPerSecondLeast: number;
  readonly commandsPerSecondMost: number;
  /** Medians, in microseconds a command: the handler's start-up included. */
  readonly processorMicrosecondsPerCommand: Readonly<Record<string, number>>;
  /** The most that any handler ever had resident. */
  readonly handlerPeakBytes: number;
};

const microseconds = 1e6;

const perCommand = ({ processorSeconds, commands }: Drained): readonly (readonly [string, number])[] =>
  Object.entries(processorSeconds).map(([name, seconds]) => [name, (seconds / commands) * microseconds] as const);

export const summaryOf = (drains: readonly Drained[]): Summary => {
  const rates = drains.map(({ commandsPerSecond }) => commandsPerSecond);
  const costs = Map.groupBy(drains.flatMap(perCommand), ([name]) => name);
  return {
    commandsPerSecondMedian: median(rates),
    commandsPerSecondLeast: Math.min(...rates),
    commandsPerSecondMost: Math.max(...rates),
    processorMicrosecondsPerCommand: Object.fromEntries([...costs].map(([name, all]) => [name, median(all.map(([, cost]) => cost))])),
    handlerPeakBytes: Math.max(...drains.map(({ handlerPeakBytes }) => handlerPeakBytes)),
  };
};

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const costsOf = (costs: Iterable<readonly [string, number]>): string => [...costs].map(([name, cost]) => `${name} ${cost.toFixed(0)}`).join(', ');

/** A drain in a line. */
export const line = (drained: Drained): string =>
  `${drained.commandsPerSecond.toFixed(0)} commands/s; µs of processor a command: ${costsOf(perCommand(drained))}; handler at most ${mebibytes(drained.handlerPeakBytes)}`;

/** All drains together. */
export const total = (summary: Summary): string =>
  [
    `median ${summary.commandsPerSecondMedian.toFixed(0)} commands/s, from ${summary.commandsPerSecondLeast.toFixed(0)} to ${summary.commandsPerSecondMost.toFixed(0)}`,
    `µs of processor a command, medians: ${costsOf(Object.entries(summary.processorMicrosecondsPerCommand))}; handler at most ${mebibytes(summary.handlerPeakBytes)}`,
  ].join('\n');
