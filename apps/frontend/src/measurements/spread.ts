/** A figure and how far the runs behind it lie apart. */
export type Spread = {
  readonly value: number;
  readonly least: number;
  readonly most: number;
};

/** A figure of which nothing but itself is known. */
export const single = (value: number): Spread => ({ value, least: value, most: value });

/** A figure with its runs around it. The figure itself may come from all samples together, so it counts too. */
export const among = (value: number, runs: readonly number[]): Spread => ({
  value,
  least: Math.min(value, ...runs),
  most: Math.max(value, ...runs),
});

/** @param values at least one */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
};

/** The median of runs, and their least and most. @param values at least one */
export const spreadOf = (values: readonly number[]): Spread => among(median(values), values);

export const isSpread = ({ least, most }: Spread): boolean => least < most;

export const times = ({ value, least, most }: Spread, factor: number): Spread => ({ value: value * factor, least: least * factor, most: most * factor });
