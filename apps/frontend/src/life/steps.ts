/** The steps of a transfer's life with the time that each took. Pure. */
import type { Life, LifeChange, RecordPlace } from './life.ts';

export type Step = {
  /** When it happened; null when it left no trace. */
  readonly at: Date | null;
  /** Milliseconds since the step that it follows; null when one of the two is not known. Below zero where two clocks disagree. */
  readonly tookMs: number | null;
  /** Where in the whole life it lies, as fractions of 0 to 1; null when it cannot be told. */
  readonly span: { readonly start: number; readonly length: number } | null;
} & (
  | { readonly kind: 'command'; readonly place: RecordPlace | null }
  | { readonly kind: 'settled' }
  | { readonly kind: 'feedback'; readonly place: RecordPlace | null }
  | { readonly kind: 'change'; readonly change: LifeChange }
)

const between = (from: Date | null, to: Date | null): number | null =>
  from === null || to === null ? null : to.getTime() - from.getTime();

const timesOf = ({ command, settledAt, feedback, changes }: Life): readonly Date[] =>
  [command?.writtenAt ?? null, settledAt, feedback?.writtenAt ?? null, ...changes.map(({ record }) => record.writtenAt)]
    .filter(time => time !== null);

/** Milliseconds from the first known moment to the last; null when there are not two. */
export const wholeMs = (life: Life): number | null => {
  const times = timesOf(life).map(time => time.getTime());
  return times.length < 2 ? null : Math.max(...times) - Math.min(...times);
};

/**
 * The steps in the order in which the bank takes them: the command is written, the handler settles it, and then the answer and the changes
 * are written side by side, each following the settlement.
 */
export const stepsOf = (life: Life): readonly Step[] => {
  const { command, settledAt, feedback, changes } = life;
  const commandedAt = command?.writtenAt ?? null;
  const firstMs = Math.min(...timesOf(life).map(time => time.getTime()));
  const whole = wholeMs(life);

  const timing = (at: Date | null, follows: Date | null): Pick<Step, 'at' | 'tookMs' | 'span'> => {
    const tookMs = between(follows, at);
    const span = follows === null || tookMs === null || tookMs < 0 || whole === null || whole === 0
      ? null
      : { start: (follows.getTime() - firstMs) / whole, length: tookMs / whole };
    return { at, tookMs, span };
  };

  return [
    { kind: 'command', place: command, ...timing(commandedAt, null) },
    { kind: 'settled', ...timing(settledAt, commandedAt) },
    { kind: 'feedback', place: feedback, ...timing(feedback?.writtenAt ?? null, settledAt) },
    ...changes.map((change): Step => ({ kind: 'change', change, ...timing(change.record.writtenAt, settledAt) })),
  ];
};

/** How long something took, in words. */
export const showMs = (ms: number | null): string => {
  if (ms === null) return 'not known';
  if (ms < 0) return 'clocks disagree';
  if (ms < 1) return '< 1 ms';
  return ms < 10_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`;
};
