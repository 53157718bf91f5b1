import { describe, expect, it } from 'vitest';
import { Backlog } from './backlog.ts';

const hundredASecond = { batch: 10, intervalMs: 100 };

describe('a backlog', () => {
  it('keeps what is due until it is taken', () => {
    const backlog = new Backlog();
    backlog.add(30, hundredASecond);
    expect([backlog.take(20), backlog.take(20), backlog.take(20)]).toEqual([20, 10, 0]);
    expect(backlog.missed).toBe(0);
  });

  it('misses what is later than a second', () => {
    const backlog = new Backlog();
    for (let second = 0; second < 5; second += 1) backlog.add(100, hundredASecond);
    expect([backlog.waiting, backlog.missed]).toEqual([100, 400]);
  });

  it('keeps a whole batch of a clock slower than a second', () => {
    const backlog = new Backlog();
    backlog.add(500, { batch: 500, intervalMs: 60_000 });
    expect([backlog.waiting, backlog.missed]).toEqual([500, 0]);
    backlog.add(500, { batch: 500, intervalMs: 60_000 });
    expect([backlog.waiting, backlog.missed]).toEqual([500, 500]);
  });

  it('still keeps what became due under a higher load', () => {
    const backlog = new Backlog();
    backlog.add(80, hundredASecond);
    backlog.add(1, { batch: 1, intervalMs: 1_000 });
    expect([backlog.waiting, backlog.missed]).toEqual([80, 1]);
  });
});
