import { describe, expect, it } from 'vitest';
import { clickEveryMs, clickOf, dueMsOf } from './click.ts';

describe('the clicks of a client', () => {
  it('are deposits and transfers alternately, and never take more than there is', () => {
    const clicks = Array.from({ length: 600 }, (_, nth) => clickOf(nth));
    expect(clicks.slice(0, 3).map(({ kind, row }) => [kind, ...row])).toEqual([
      ['deposit', 'Cash', '+€10.00'],
      ['transfer', 'Click 000001', '-€5.00'],
      ['deposit', 'Cash', '+€20.00'],
    ]);
    let balance = 0n;
    for (const { changedBy } of clicks) {
      balance += changedBy;
      expect(balance).toBeGreaterThan(0n);
    }
  });

  it('bring rows that tell one from those before and after it', () => {
    const rows = Array.from({ length: 10 }, (_, nth) => clickOf(nth).row.join(' '));
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('are due every second, each at another moment of the heartbeat’s tenth of a second', () => {
    const due = Array.from({ length: 60 }, (_, nth) => dueMsOf(nth));
    for (const [nth, ms] of due.entries()) expect(Math.floor(ms / clickEveryMs)).toBe(nth);
    const moments = due.map(ms => ms % 100).toSorted((one, other) => one - other);
    for (let tenth = 0; tenth < 10; tenth += 1) expect(moments.filter(moment => Math.floor(moment / 10) === tenth).length).toBeGreaterThanOrEqual(5);
  });
});
