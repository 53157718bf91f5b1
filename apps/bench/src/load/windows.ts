/** How evenly moments fall in time. */

export type Span = { readonly fromMs: number; readonly toMs: number };
export type Extremes = { readonly least: number; readonly most: number };

/**
 * The least and the most moments in any window that lies within a span, moved by a millisecond at a time.
 *
 * @param moments whole milliseconds, in any order
 * @param windowMs no longer than the span; a window holds its first millisecond, not its last
 */
export const extremesOf = (moments: readonly number[], span: Span, windowMs: number): Extremes => {
  const counts = countsOf(moments, span);
  let count = counts.subarray(0, windowMs).reduce((sum, each) => sum + each, 0);
  let [least, most] = [count, count];
  for (let at = windowMs; at < counts.length; at += 1) {
    count += (counts[at] ?? 0) - (counts[at - windowMs] ?? 0);
    least = Math.min(least, count);
    most = Math.max(most, count);
  }
  return { least, most };
};

/** By how many milliseconds moments were behind a clock of so many a second at the worst, from the beginning of a span to its end. */
export const lateMsOf = (moments: readonly number[], span: Span, perSecond: number): number => {
  let [count, late] = [0, 0];
  for (const [ms, each] of countsOf(moments, span).entries()) {
    count += each;
    late = Math.max(late, ms - (count * 1_000) / perSecond);
  }
  return late;
};

/** How many moments there are in each millisecond of a span. */
const countsOf = (moments: readonly number[], { fromMs, toMs }: Span): Uint32Array => {
  const counts = new Uint32Array(toMs - fromMs);
  for (const moment of moments) if (moment >= fromMs && moment < toMs) counts[moment - fromMs] = (counts[moment - fromMs] ?? 0) + 1;
  return counts;
};
