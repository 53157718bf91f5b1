/** The article's test, whoever ran it: latency, processors and memory while the load rises until the bank can no more. */
import type { Spread } from './spread.ts';

export const statistics = ['mean', 'p50', 'p90', 'p99', 'min', 'max'] as const;
export type Statistic = (typeof statistics)[number];

export const parts = ['handler', 'endpoint', 'database', 'brokers'] as const;
export type Part = (typeof parts)[number];

export type Use = {
  /** Processors kept busy: 1 is one of them, all the time. */
  readonly processors: Spread;
  readonly mebibytes: Spread;
};

export type Step = {
  /** Additional heartbeats a second. */
  readonly load: number;
  readonly samples: number;
  readonly latencyMs: Readonly<Partial<Record<Statistic, Spread>>>;
  readonly use: Readonly<Partial<Record<Part, Use>>>;
};

/** Some runs of the test with one implementation on one machine. */
export type Campaign = {
  /** Stable, so that it can stand in an address. */
  readonly id: string;
  readonly label: string;
  readonly isOurs: boolean;
  /** The file the figures come from. */
  readonly href: string;
  readonly steps: readonly Step[];
  /** For each run the load at which it ended; empty when that is not told. */
  readonly endedAt: readonly number[];
};

/** Lower case, and hyphens for all but letters and digits. */
export const slugOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
