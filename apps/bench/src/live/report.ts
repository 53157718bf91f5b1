/** What a run with subscribers came to, as people and as data. */
import type { Latency } from '../latency.ts';
import type { Faults } from './faults.ts';
import type { Answers } from './flood.ts';

/** Whose use of the processors is told; the bench's is that of sending, and of logging in. */
export const parts = ['endpoint', 'handler', 'kafka', 'postgres', 'subscribers', 'bench'] as const;

export type Run = {
  readonly delivered: number;
  readonly fromCommitMs: Latency;
  readonly fromDueMs: Latency;
  /** Microseconds of processor for each delivery, those of the warm-up among them. PostgreSQL's is that of the handler's database too. */
  readonly processorMicrosecondsPerDelivery: Readonly<Record<string, number>>;
  /** The most that the endpoint had resident. */
  readonly endpointBytes: number;
  readonly faults: Faults;
  /** How log-ins were answered; missing when there were none. */
  readonly logIns?: Answers;
};

const row = (cells: readonly string[]): string => cells.map((cell, at) => cell.padStart(at === 0 ? 9 : 8)).join('');

const ms = (value: number): string => value.toFixed(1);
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

export const heading = [
  'ms from commit (c) and from when the transfer was due (d) to delivery; µs of processor a delivery of endpoint (E), handler (H), Kafka (K), PostgreSQL (P),',
  'the subscribers (S) and the bench itself (B); the endpoint\'s memory in MiB, at most',
  row(['delivered', 'c p50', 'c p99', 'c p99.9', 'c max', 'd p50', 'd p99', 'd p99.9', 'd max', 'E', 'H', 'K', 'P', 'S', 'B', 'memory', 'lost', 'double', 'wrong']),
].join('\n');

export const line = ({ delivered, fromCommitMs: c, fromDueMs: d, processorMicrosecondsPerDelivery: cost, endpointBytes, faults, logIns }: Run): string => {
  const latencies = [c, d].flatMap(({ p50, p99, p999, max }) => [p50, p99, p999, max]).map(ms);
  const costs = parts.map(part => (cost[part] ?? 0).toFixed(0));
  const told = row([String(delivered), ...latencies, ...costs, mebibytes(endpointBytes), String(faults.lost), String(faults.duplicates), String(faults.wrong)]);
  return logIns ? `${told}\n  log-ins: ${answersOf(logIns)}` : told;
};

const answersOf = (answers: Answers): string => Object.entries(answers).map(([name, count]) => `${name} ${count}`).join(', ');
