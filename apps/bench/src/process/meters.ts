/** What parts use of the processors from one moment to another. */

export type Meter = { readonly name: string; readonly seconds: () => number };

/** Begins to count; what it gives tells the seconds that each has used since. */
export const countProcessor = (meters: readonly Meter[]): (() => Readonly<Record<string, number>>) => {
  const before = meters.map(({ seconds }) => seconds());
  return () => Object.fromEntries(meters.map(({ name, seconds }, at) => [name, seconds() - (before[at] ?? 0)]));
};
