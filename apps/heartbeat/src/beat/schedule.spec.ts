import { describe, expect, it } from 'vitest';
import { Schedule } from './schedule.ts';

const tenEach100Ms = { batch: 10, intervalMs: 100 };

describe('a schedule', () => {
  it('has a batch due at each interval', () => {
    const schedule = new Schedule(tenEach100Ms, 1_000);
    expect(schedule.nextMs).toBe(1_100);
    expect(schedule.takeDue(1_099)).toBe(0);
    expect(schedule.takeDue(1_100)).toBe(10);
    expect(schedule.takeDue(1_100)).toBe(0);
    expect(schedule.nextMs).toBe(1_200);
  });

  it('does not drift when it is always looked at late', () => {
    const schedule = new Schedule(tenEach100Ms, 0);
    let due = 0;
    for (let now = 137; now <= 10_000; now += 137) due += schedule.takeDue(now);
    expect(due + schedule.takeDue(10_000)).toBe(1_000);
  });

  it('has all due that a long look away left', () => {
    expect(new Schedule(tenEach100Ms, 0).takeDue(60_000)).toBe(6_000);
  });

  it('has nothing due when the batch is 0', () => {
    expect(new Schedule({ batch: 0, intervalMs: 10 }, 0).takeDue(60_000)).toBe(0);
  });

  it('follows a new batch at the next beat', () => {
    const schedule = new Schedule(tenEach100Ms, 0);
    schedule.change({ batch: 3, intervalMs: 100 }, 50);
    expect(schedule.takeDue(100)).toBe(3);
  });

  it('follows a shorter interval at once, without making up for the longer one', () => {
    const schedule = new Schedule({ batch: 1, intervalMs: 60_000 }, 0);
    schedule.change({ batch: 1, intervalMs: 10 }, 50_000);
    expect(schedule.takeDue(50_000)).toBe(1);
    expect(schedule.takeDue(50_100)).toBe(10);
  });

  it('comes to its beat however often the load is changed', () => {
    const schedule = new Schedule({ batch: 1, intervalMs: 1_000 }, 0);
    for (let now = 0; now < 1_000; now += 100) schedule.change({ batch: 1, intervalMs: 1_000 }, now);
    expect(schedule.takeDue(1_000)).toBe(1);
  });
});
