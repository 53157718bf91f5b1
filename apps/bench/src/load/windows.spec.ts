import { expect, it } from 'vitest';
import { extremesOf, lateMsOf } from './windows.ts';

const span = { fromMs: 1_000, toMs: 2_000 };

it('a batch each interval is the same in every window but for one batch at its edges', () => {
  const moments = Array.from({ length: 10 }, (_, beat) => [1_050 + beat * 100, 1_050 + beat * 100]).flat();
  expect(extremesOf(moments, span, 300)).toEqual({ least: 6, most: 6 });
  expect(extremesOf(moments, span, 250)).toEqual({ least: 4, most: 6 });
});

it('a hole and a heap are found wherever they are', () => {
  const even = Array.from({ length: 1_000 }, (_, ms) => 1_000 + ms);
  expect(extremesOf(even.filter(moment => moment < 1_437 || moment >= 1_447), span, 500)).toEqual({ least: 490, most: 500 });
  expect(extremesOf([...even, ...Array<number>(7).fill(1_999)], span, 500)).toEqual({ least: 500, most: 507 });
});

it('moments outside of the span do not count', () => {
  expect(extremesOf([999, 1_000, 1_999, 2_000], span, 1_000)).toEqual({ least: 2, most: 2 });
});

it('who catches up was late for as long as the longest wait', () => {
  const batches = (lateMs: number): number[] => [100, 200, 300 + lateMs, 400, 500].flatMap(ms => [1_000 + ms, 1_000 + ms]);
  expect(lateMsOf(batches(0), { fromMs: 1_000, toMs: 1_501 }, 20)).toBe(99);
  expect(lateMsOf(batches(70), { fromMs: 1_000, toMs: 1_501 }, 20)).toBe(169);
});
