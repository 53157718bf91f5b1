/** On what a figure was measured, and how busy that was. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';

export type Machine = {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly kernel: string;
  readonly node: string;
  /** Processes that ran or wanted to, on average over the last minute, before the measurement began. */
  readonly loadBefore: number;
};

export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: release(),
  node: process.version,
  loadBefore: loadavg()[0] ?? 0,
});

/** The commit that was measured, marked when the work tree differs from it; "unknown" outside a checkout. */
export const revision = (): string => {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty', '--abbrev=12'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
};
