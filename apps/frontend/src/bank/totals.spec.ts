import { describe, expect, it } from 'vitest';
import { pauseMs, readTotals } from './totals.ts';

describe('the totals', () => {
  it('are read with their money as cents, above what a double holds', () => {
    const wire = { accounts: 3, money: '100000000000000001', transfersPerSecond: 0.5, conservation: 'HOLDING', problem: null } as const;
    expect(readTotals(wire)).toEqual({ ...wire, money: 100_000_000_000_000_001n });
  });

  it('are asked for every two seconds, and less often the longer they do not come', () => {
    expect([0, 1, 2, 3, 4, 50].map(pauseMs)).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });
});
