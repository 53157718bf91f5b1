import { describe, expect, it } from 'vitest';
import { compare, table, type Round } from './comparison.ts';

describe('a comparison', () => {
  const round = (handler: string, value: number): Round => ({ handler, figures: [{ name: 'commands settled', unit: '/s', value }] });

  it('pairs the rounds, so that a slow moment of both does not count', () => {
    const compared = compare(['A', 'B'], [round('A', 100), round('B', 150), round('A', 50), round('B', 100), round('A', 110), round('B', 143)]);
    expect(compared).toMatchObject([{
      name: 'commands settled',
      handlers: [
        { handler: 'A', values: [100, 50, 110], spread: { median: 100, least: 50, most: 110 }, ratio: { median: 1, least: 1, most: 1 } },
        { handler: 'B', values: [150, 100, 143], spread: { median: 143, least: 100, most: 150 }, ratio: { median: 1.5, least: 1.3, most: 2 } },
      ],
    }]);
    expect(table(compared).split('\n')).toEqual([
      'commands settled, /s',
      '  A  100 (50.0–110)',
      '  B  143 (100–150)             × 1.50 (1.30–2.00) of A',
    ]);
  });

  it('leaves out a figure that one of them has not', () => {
    const further = { handler: 'A', figures: [...round('A', 1).figures, { name: '3000/s: click p50', unit: 'ms', value: 9 }] };
    expect(compare(['A', 'B'], [further, round('B', 2)]).map(({ name }) => name)).toEqual(['commands settled']);
  });
});
