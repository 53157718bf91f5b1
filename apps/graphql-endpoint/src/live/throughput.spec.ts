import { describe, expect, it } from 'vitest';
import { confirmation, opening, refusal } from '../testing/answers.ts';
import { Throughput } from './throughput.ts';

/** A throughput whose clock is the test's. */
const startAt = (secondsSince1970: number) => {
  const clock = { nowMs: secondsSince1970 * 1_000 };
  return { clock, throughput: new Throughput(() => clock.nowMs) };
};

describe('the throughput', () => {
  it('is nothing before anything was heard', () => {
    expect(startAt(1_000).throughput.perSecond()).toBe(0);
  });

  it('is the mean of the last ten whole seconds: the one that is going on does not count yet', () => {
    const { clock, throughput } = startAt(1_000);
    throughput.hear(Array.from({ length: 20 }, () => confirmation()));
    expect(throughput.perSecond()).toBe(0);
    clock.nowMs += 999;
    expect(throughput.perSecond()).toBe(0);
    clock.nowMs += 1;
    expect(throughput.perSecond()).toBe(2);
    throughput.hear([confirmation()]);
    expect(throughput.perSecond()).toBe(2);
    clock.nowMs += 1_000;
    expect(throughput.perSecond()).toBe(2.1);
  });

  it('forgets what is longer ago', () => {
    const { clock, throughput } = startAt(1_000);
    throughput.hear([confirmation(), confirmation()]);
    clock.nowMs += 10_000;
    expect(throughput.perSecond()).toBe(0.2);
    clock.nowMs += 1_000;
    expect(throughput.perSecond()).toBe(0);
    throughput.hear([]);
    expect(throughput.perSecond()).toBe(0);
  });

  it('counts transfers and deposits that were confirmed, and nothing else', () => {
    const { clock, throughput } = startAt(1_000);
    throughput.hear([confirmation(), refusal(), opening()]);
    clock.nowMs += 1_000;
    expect(throughput.perSecond()).toBe(0.1);
  });
});
