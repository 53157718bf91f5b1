import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.ts';

describe('a rate limit', () => {
  it('lets so many through for each key, and tells the next when to try again', async () => {
    const limit = new RateLimit({ most: 2, withinSeconds: 60 });
    expect([await limit.count('a'), await limit.count('a')]).toEqual([undefined, undefined]);
    expect(await limit.count('a')).toSatisfy((seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 60);
    expect(await limit.count('b')).toBeUndefined();
  });

  it('does not count what was taken back', async () => {
    const limit = new RateLimit({ most: 1, withinSeconds: 60 });
    for (let time = 0; time < 5; time += 1) {
      expect(await limit.count('a')).toBeUndefined();
      await limit.takeBack('a');
    }
  });

  it('counts what comes at once', async () => {
    const limit = new RateLimit({ most: 10, withinSeconds: 60 });
    const counted = await Promise.all(Array.from({ length: 100 }, () => limit.count('a')));
    expect(counted.filter(seconds => seconds === undefined)).toHaveLength(10);
  });
});
