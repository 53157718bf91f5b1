/** Figures become curves, error bars, words, tables and files. */
import { describe, expect, it } from 'vitest';
import type { Campaign } from './campaign.ts';
import { heightOf, isEmpty, roomForNames, type StripChart } from './chart.ts';
import { oneOf, someOf, toggled } from './choices.ts';
import { describeSeries, describeStrips, drawable, endStrips, latencySeries, processorSeries, withSpread } from './series.ts';
import { among, isSpread, median, single, spreadOf } from './spread.ts';
import { csvOf, tableOfSeries, tableOfStrips } from './table.ts';

const campaign = (label: string, look: number): Campaign & { look: number } => ({
  id: label,
  label,
  look,
  isOurs: true,
  href: '/a',
  endedAt: [300, 100, 200],
  steps: [
    { load: 0, samples: 60, latencyMs: { p50: { value: 20, least: 18, most: 25 } }, use: { handler: { processors: single(0), mebibytes: single(80) } } },
    { load: 10, samples: 60, latencyMs: { p50: single(22), p90: single(30) }, use: {} },
  ],
});

describe('a spread', () => {
  it('has the median of the runs, least and most around it', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(spreadOf([9, 7, 8])).toEqual({ value: 8, least: 7, most: 9 });
    expect(among(5, [6, 7])).toEqual({ value: 5, least: 5, most: 7 });
  });

  it('is none when there is one run', () => {
    expect(isSpread(spreadOf([4]))).toBe(false);
  });
});

describe('curves', () => {
  it('hold the points that have the figure, and leave out who has none', () => {
    expect(latencySeries([campaign('a', 3)], 'p90')).toEqual([{ label: 'a', look: 3, points: [{ x: 10, samples: 60, value: 30, least: 30, most: 30 }] }]);
    expect(latencySeries([campaign('a', 0)], 'p99')).toEqual([]);
    expect(processorSeries([campaign('a', 0)], 'handler')[0]?.points).toHaveLength(1);
  });

  it('have error bars where runs lie apart, and no zero on a logarithmic axis', () => {
    const [curve] = latencySeries([campaign('a', 0)], 'p50');
    expect(withSpread(curve?.points ?? []).map(({ x }) => x)).toEqual([0]);
    const [idle] = processorSeries([campaign('a', 0)], 'handler');
    expect(drawable(idle?.points ?? [], true)).toEqual([]);
    expect(drawable(idle?.points ?? [], false)).toHaveLength(1);
  });

  it('are told in words', () => {
    expect(describeSeries('Median latency', latencySeries([campaign('a', 0)], 'p50'), { unit: 'ms', of: 'a second' })).toBe(
      'Median latency. a from 20 ms at 0 to 22 ms at 10 a second.',
    );
    expect(describeStrips('Ends', endStrips([campaign('a', 0)]), 'a second')).toBe('Ends. a: median 200, from 100 to 300 a second.');
  });
});

describe('a chart', () => {
  const chart = (label: string): StripChart => ({ kind: 'strips', label: 'Load', strips: [{ label, look: 0, values: [1] }] });

  it('has names beside its strips where there is room, else above them, and is higher then', () => {
    expect(roomForNames(chart('Rust'), 800)).toBeGreaterThan(0);
    expect(roomForNames(chart('Rust with a very long name of its own'), 390)).toBe(0);
    expect(heightOf(chart('Rust with a very long name of its own'), 390)).toBeGreaterThan(heightOf(chart('Rust'), 390));
  });

  it('is empty without anything to draw', () => {
    expect(isEmpty({ kind: 'strips', label: 'Load', strips: [] })).toBe(true);
    expect(isEmpty(chart('Rust'))).toBe(false);
  });
});

describe('a table', () => {
  it('has a row for each point, and is a CSV with what needs quotes in quotes', () => {
    const table = tableOfSeries(latencySeries([campaign('Rust, "async"', 0)], 'p50'), { x: 'Load', y: 'ms' });
    expect(csvOf(table)).toBe(
      'Series,Load,ms,Least of the runs,Most of the runs,Samples\r\n"Rust, ""async""",0,20,18,25,60\r\n"Rust, ""async""",10,22,,,60\r\n',
    );
  });

  it('has a row for each strip', () => {
    expect(tableOfStrips(endStrips([campaign('a', 0)]), 'load').rows).toEqual([['a', 200, 100, 300, '300 100 200']]);
  });
});

describe('choices', () => {
  const options = ['a', 'b', 'c'] as const;

  it('are the usual ones until the address says otherwise', () => {
    expect(oneOf({}, 'scale', { options, usual: 'b' })).toBe('b');
    expect(oneOf({ scale: 'nonsense' }, 'scale', { options, usual: 'b' })).toBe('b');
    expect(oneOf({ scale: ['c', 'a'] }, 'scale', { options, usual: 'b' })).toBe('c');
    expect(someOf({}, 'runs', { options, usual: ['c'] })).toEqual(['c']);
  });

  it('may be several, in the order of the options, or none', () => {
    expect(someOf({ runs: 'c,gone,a' }, 'runs', { options, usual: [] })).toEqual(['a', 'c']);
    expect(someOf({ runs: '' }, 'runs', { options, usual: ['a'] })).toEqual([]);
    expect(toggled(['c'], 'a', options)).toEqual(['a', 'c']);
    expect(toggled(['a', 'c'], 'a', options)).toEqual(['c']);
  });
});
