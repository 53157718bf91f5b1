import { describe, expect, it } from 'vitest';
import type { Rebuilt } from './rebuild.ts';
import { areEqual, line, total } from './report.ts';

const rebuilt = (of: Partial<Rebuilt> = {}): Rebuilt => ({
  events: 600_000, seconds: 12, eventsPerSecond: 50_000, processorSeconds: { endpoint: 9, postgres: 3 }, checksum: 'ab', ...of,
});

describe('the report of rebuilds', () => {
  it('tells the rate, the cost of an event and what the command says', () => {
    expect(line(rebuilt({ told: { events: 600_000, seconds: 10, checksum: 'cd' } })).split('\n')).toEqual([
      '600000 events in 12.0 s: 50000 events/s; µs of processor an event: endpoint 15.0, postgres 5.0; checksum ab',
      '  it tells: 600000 events in 10.0 s: 60000 events/s; checksum cd',
    ]);
    expect(total([rebuilt(), rebuilt({ eventsPerSecond: 40_000 }), rebuilt({ eventsPerSecond: 45_000 })])).toBe('median 45000 events/s, from 40000 to 50000');
  });

  it('finds rebuilds unequal when the rows of one differ, or what the command says of them', () => {
    const told = (checksum: string): Rebuilt => rebuilt({ told: { events: 600_000, seconds: 10, checksum } });
    expect(areEqual([told('cd'), told('cd')])).toBe(true);
    expect(areEqual([told('cd'), told('ef')])).toBe(false);
    expect(areEqual([rebuilt(), rebuilt({ checksum: 'ef' })])).toBe(false);
  });
});
