/** From figures to places on paper. */

export type Scale = {
  /** Where a figure stands, from 0 at the axis' beginning to 1 at its end; beyond when it lies outside. */
  readonly at: (value: number) => number;
  /** Round figures between the ends. */
  readonly ticks: readonly number[];
};

const wantedTicks = 6;

/** From 0 to at least the most, in steps of 1, 2 or 5 times a power of ten. */
export const linear = (most: number): Scale => {
  const rough = (most > 0 ? most : 1) / wantedTicks;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find(factor => factor * power >= rough) ?? 10);
  const count = Math.ceil((most > 0 ? most : 1) / step);
  return { at: value => value / (step * count), ticks: Array.from({ length: count + 1 }, (_, nth) => Number((nth * step).toPrecision(12))) };
};

/** Logarithmic, from the largest power of ten that is not above the least, to the first 1, 2 or 5 times one that is not below the most. */
export const logarithmic = (least: number, most: number): Scale => {
  const [first, last] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  const candidates = Array.from({ length: last - first + 1 }, (_, nth) => first + nth).flatMap(power => [1, 2, 5].map(factor => Number((factor * 10 ** power).toPrecision(12))));
  const end = candidates.find(candidate => candidate >= most && candidate > 10 ** first) ?? 10 ** (last + 1);
  const [from, to] = [Math.log10(10 ** first), Math.log10(end)];
  return { at: value => (Math.log10(value) - from) / (to - from), ticks: candidates.filter(candidate => candidate <= end) };
};
