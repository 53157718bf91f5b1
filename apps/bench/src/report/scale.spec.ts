import { describe, expect, it } from 'vitest';
import { linear, logarithmic } from './scale.ts';

describe('a linear scale', () => {
  it('begins at 0 and ends at the next round figure', () => {
    const { at, ticks } = linear(0.52);
    expect(ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
    expect([0, 0.3, 0.6].map(value => at(value).toFixed(3))).toEqual(['0.000', '0.500', '1.000']);
    expect(linear(3_000).ticks).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]);
    expect(linear(0).ticks.at(-1)).toBe(1);
  });
});

describe('a logarithmic scale', () => {
  it('begins at a power of ten and ends at the next 1, 2 or 5', () => {
    const { at, ticks } = logarithmic(12, 180);
    expect(ticks).toEqual([10, 20, 50, 100, 200]);
    expect([at(10), at(200)]).toEqual([0, 1]);
    expect(at(20)).toBeCloseTo(Math.log10(2) / Math.log10(20));
  });

  it('has some length when all is one figure', () => {
    expect(logarithmic(10, 10).ticks).toEqual([10, 20]);
    expect(logarithmic(0.5, 0.5).ticks).toEqual([0.1, 0.2, 0.5]);
  });
});
