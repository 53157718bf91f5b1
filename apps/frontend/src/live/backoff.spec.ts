import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles the wait until five seconds', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map(attempt => backoffMs(attempt, 1))).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

it('spreads the wait over its upper half', () => {
  expect(backoffMs(2, 0)).toBe(500);
  expect(backoffMs(2, 0.5)).toBe(750);
});
