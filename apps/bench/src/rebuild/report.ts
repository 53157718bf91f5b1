/** What rebuilds came to, as people read it. */
import { median } from '../median.ts';
import type { Rebuilt, Told } from './rebuild.ts';

const microseconds = 1e6;

const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** A rebuild in a line, with what the command told of it in another. */
export const line = ({ events, seconds, eventsPerSecond, processorSeconds, endpointBytes, checksum, told }: Rebuilt): string => {
  const costs = Object.entries(processorSeconds).map(([name, used]) => `${name} ${((used / events) * microseconds).toFixed(1)}`).join(', ');
  const memory = endpointBytes === undefined ? '' : `; endpoint at most ${mebibytes(endpointBytes)}`;
  const figures = `${events} events in ${seconds.toFixed(1)} s: ${eventsPerSecond.toFixed(0)} events/s; µs of processor an event: ${costs}${memory}; checksum ${checksum}`;
  return told ? `${figures}\n  it tells: ${toldLine(told)}` : figures;
};

const toldLine = ({ events, seconds, checksum }: Told): string =>
  `${events} events in ${seconds.toFixed(1)} s: ${(events / seconds).toFixed(0)} events/s; checksum ${checksum}`;

/** All of them together. */
export const total = (rebuilds: readonly Rebuilt[]): string => {
  const rates = rebuilds.map(({ eventsPerSecond }) => eventsPerSecond);
  return `median ${median(rates).toFixed(0)} events/s, from ${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`;
};

/** Whether all rebuilds gave the same rows, and the command told the same of each. */
export const areEqual = (rebuilds: readonly Rebuilt[]): boolean =>
  new Set(rebuilds.map(({ checksum }) => checksum)).size === 1 && new Set(rebuilds.map(({ told }) => told?.checksum)).size === 1;
