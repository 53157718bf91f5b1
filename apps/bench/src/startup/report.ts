/** What a start took, as people read it. */
import { median } from '../median.ts';

export type Start = {
  readonly tookMs: number;
  readonly parts: readonly { readonly name: string; readonly tookMs: number; readonly memoryBytes: number | undefined }[];
};

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const mebibytes = (bytes: number | undefined): string => (bytes === undefined ? '' : `${(bytes / 2 ** 20).toFixed(0)} MiB`);

const row = (name: string, first: string, warm: string, memory: string): string =>
  `${name.padEnd(20)}${first.padStart(10)}${warm.padStart(14)}${memory.padStart(12)}`;

/** A table of parts: the first start, the median of the warm ones, and the memory at the end of the last. */
export const report = (first: Start, warm: readonly Start[]): string => {
  const last = warm.at(-1) ?? first;
  const rows = last.parts.map(({ name, memoryBytes }) => {
    const tookMs = (start: Start): number => start.parts.find(part => part.name === name)?.tookMs ?? 0;
    return row(name, seconds(tookMs(first)), seconds(median(warm.map(tookMs))), mebibytes(memoryBytes));
  });
  const totals = warm.map(({ tookMs }) => tookMs);
  const memory = last.parts.reduce((sum, { memoryBytes = 0 }) => sum + memoryBytes, 0);
  return [
    row('part', 'first', 'warm, median', 'memory'),
    ...rows,
    row('all', seconds(first.tookMs), seconds(median(totals)), mebibytes(memory)),
    `warm starts from ${seconds(Math.min(...totals))} to ${seconds(Math.max(...totals))}`,
  ].join('\n');
};
