import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

describe('the wait before a restart', () => {
  it('doubles from 0.2 s to 10 s', () => {
    const backoff = new Backoff();
    expect(Array.from({ length: 8 }, () => backoff.after(0))).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
  });

  it('begins anew after the part ran well for a minute', () => {
    const backoff = new Backoff();
    expect([backoff.after(0), backoff.after(59_999), backoff.after(60_000), backoff.after(0)]).toEqual([200, 400, 200, 400]);
  });
});
