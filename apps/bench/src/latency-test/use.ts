/** What each part used of the processors and of memory in some time. Pure. */
import { median } from '../median.ts';
import type { Observation } from './observation.ts';

export type Use = {
  /** 100 is one processor, busy all the time. */
  readonly cpuPercent: number;
  readonly memoryMiB: number;
};

export type Used = {
  readonly parts: Readonly<Record<string, Use>>;
  /** What the rest of the machine worked, and what its host gave to other machines: percent of one processor, as above. */
  readonly othersPercent: number;
  readonly stolenPercent: number;
};

const mebibyte = 2 ** 20;

/** To a tenth: more than the ticks of the kernel can tell, and short in a file. */
const rounded = (value: number): number => Math.round(value * 10) / 10;

/**
 * Of the time from the first observation to the last: processors on average, and the median of memory.
 *
 * @throws RangeError when there are fewer than two
 */
export const usedIn = (observations: readonly Observation[]): Used => {
  const [first] = observations;
  const last = observations.at(-1);
  if (!first || !last || first === last) throw new RangeError('use needs two observations');
  const percent = (seconds: number): number => (seconds * 100_000) / (last.atMs - first.atMs);
  const parts = [...last.parts].map(([name, { processorSeconds }]) => {
    const memory = observations.map(({ parts: all }) => all.get(name)?.memoryBytes ?? 0);
    const cpuPercent = percent(processorSeconds - (first.parts.get(name)?.processorSeconds ?? 0));
    return [name, { cpuPercent: rounded(cpuPercent), memoryMiB: rounded(median(memory) / mebibyte) }] as const;
  });
  const ours = parts.reduce((sum, [, { cpuPercent }]) => sum + cpuPercent, 0);
  return {
    parts: Object.fromEntries(parts),
    // The kernel counts the machine and its processes by different clocks: a little less than nothing is nothing.
    othersPercent: rounded(Math.max(0, percent(last.machineSeconds.busy - first.machineSeconds.busy) - ours)),
    stolenPercent: rounded(percent(last.machineSeconds.stolen - first.machineSeconds.stolen)),
  };
};
