/** What a run at a constant rate came to, as people and as data. */
import { latencyOf, type Latency } from '../latency.ts';
import { median } from '../median.ts';
import type { Measured } from './rate.ts';

/** Whose use of the processors is told. */
export const parts = ['handler', 'kafka', 'postgres', 'bench'] as const;
export type Part = (typeof parts)[number];

/** Microseconds of processor for each transfer, those of the warm-up among them. What is done whether or not there are transfers counts too: much, when there are few. */
export type Costs = Readonly<Record<Part, number>>;

export type Run = {
  readonly perSecond: number;
  /** Transfers that count, and those of them that were confirmed. */
  readonly sent: number;
  readonly confirmed: number;
  readonly toFeedbackMs: Latency;
  /** Missing when changes of balances were not read. */
  readonly toBalanceChangedMs?: Latency;
  readonly lagMs: number;
  readonly processorMicrosecondsPerTransfer: Costs;
  /** The handler's resident memory, a sample a second: the median of the first fifth and of the last, and the most. */
  readonly memoryBytes: { readonly first: number; readonly last: number; readonly most: number };
};

export type Observed = {
  readonly memoryBytes: readonly number[];
  readonly processorMicrosecondsPerTransfer: Costs;
};

export const summaryOf = (perSecond: number, measured: Measured, { memoryBytes, processorMicrosecondsPerTransfer }: Observed): Run => {
  const { confirmed, toFeedback, toBalanceChanged, lagMs } = measured;
  const fifth = Math.ceil(memoryBytes.length / 5);
  return {
    perSecond,
    sent: toFeedback.count,
    confirmed,
    lagMs,
    toFeedbackMs: latencyOf(toFeedback),
    ...(toBalanceChanged.count > 0 && { toBalanceChangedMs: latencyOf(toBalanceChanged) }),
    processorMicrosecondsPerTransfer,
    memoryBytes: { first: median(memoryBytes.slice(0, fifth)), last: median(memoryBytes.slice(-fifth)), most: Math.max(...memoryBytes) },
  };
};

const row = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(at === 0 ? 6 : 8)).join('');

const ms = (value: number | undefined): string => value?.toFixed(1) ?? '–';
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

export const heading = [
  'ms until the feedback (f) and the last change of a balance (b) are received; µs of processor a transfer of handler (H), Kafka (K), PostgreSQL (P)',
  'and the bench itself (B); the handler\'s memory in MiB, of the first fifth and of the last, and the most',
  row(['per s', 'sent', 'f p50', 'f p99', 'f p99.9', 'f max', 'b p50', 'b p99', 'H', 'K', 'P', 'B', 'first', 'last', 'most']),
].join('\n');

export const line = ({ perSecond, sent, toFeedbackMs: f, toBalanceChangedMs: b, processorMicrosecondsPerTransfer: cost, memoryBytes }: Run): string => {
  const latencies = [f.p50, f.p99, f.p999, f.max, b?.p50, b?.p99].map(ms);
  const costs = parts.map(part => cost[part].toFixed(0));
  return row([String(perSecond), String(sent), ...latencies, ...costs, ...[memoryBytes.first, memoryBytes.last, memoryBytes.most].map(mebibytes)]);
};
