/** One part while it runs: what its runner is given, and what it gives back. */
import type { PartStatus } from './status.ts';

export type RunContext = {
  readonly log: string;
  readonly change: (change: Partial<PartStatus>) => void;
  /** Aborted when the part must stop. */
  readonly stopping: AbortSignal;
  /** Whether to stop in an orderly way; else its processes are ended at once. */
  readonly isOrderly: boolean;
};

export type Run = {
  /** Settles when the part is ready; rejects when it is stopped before or fails: with a PartFailedError, a step with its own error. */
  readonly ready: Promise<void>;
  /** Settles when nothing of the part is left running; never rejects. */
  readonly ended: Promise<void>;
};
