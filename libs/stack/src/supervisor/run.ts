/** One part while it runs: what its runner is given, and what it gives back. */
import type { PartStatus } from './status.ts';

/** How a process is ended: as it wishes to be, at once, or by a signal that somebody chose. */
export type Ending = 'in order' | 'at once' | NodeJS.Signals;

export type RunContext = {
  readonly log: string;
  readonly change: (change: Partial<PartStatus>) => void;
  /** Aborted when the part must stop. */
  readonly stopping: AbortSignal;
  /** Asked when the part must stop. */
  readonly ending: () => Ending;
};

export type Run = {
  /** Settles when the part is ready; rejects when it is stopped before or fails: with a PartFailedError, a step with its own error. */
  readonly ready: Promise<void>;
  /** Settles when nothing of the part is left running; never rejects. */
  readonly ended: Promise<void>;
};
