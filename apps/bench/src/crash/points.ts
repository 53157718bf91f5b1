/** Where a handler is killed: at the steps that it tells on diagnostics channels, which are its contract with whoever watches it. */

export type Point = {
  readonly name: string;
  readonly channel: string;
  /** A handler is killed at a random one of its first so many times here. */
  readonly passes: number;
  /** Killed not at once, but up to so many milliseconds later. */
  readonly delayMs?: number;
  /** … and before this step, however soon it comes. */
  readonly before?: string;
};

/**
 * Commands that wait before each kill. A handler settles at most a thousand at once: it passes the steps of a batch six times. Three will
 * do, unless a kill comes too late.
 */
export const leastBacklog = 6_000;
const perBatch = { passes: 3 };
/** Offsets are committed now and then: once is sure. */
const perCommit = { passes: 1 };

export const points: readonly Point[] = [
  { name: 'after decode', channel: 'command-handler:decoded', ...perBatch },
  { name: 'between lock and commit', channel: 'command-handler:locked', ...perBatch },
  { name: 'after commit', channel: 'command-handler:committed', ...perBatch },
  { name: 'as publish begins', channel: 'command-handler:publishing', ...perBatch },
  { name: 'during publish', channel: 'command-handler:publishing', ...perBatch, delayMs: 5, before: 'command-handler:published' },
  { name: 'after publish', channel: 'command-handler:published', ...perBatch },
  { name: 'before offset commit', channel: 'command-handler:committing-offsets', ...perCommit },
  { name: 'after offset commit', channel: 'command-handler:offsets-committed', ...perCommit },
];

/** Anywhere in the first half second of work, which is longer than any step takes. */
export const anyMoment: Point = { name: 'any moment', channel: 'command-handler:decoded', passes: 1, delayMs: 500 };
