import { createHistogram } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { latencyOf, microsecondsOf } from './latency.ts';

it('tells in milliseconds what a histogram holds in microseconds', () => {
  const histogram = createHistogram();
  for (let ms = 1; ms <= 100; ms += 1) histogram.record(microsecondsOf(ms / 10));
  const { min, p50, p99, max } = latencyOf(histogram);
  expect([min, p50, p99, max].map(ms => ms.toFixed(1))).toEqual(['0.1', '5.0', '9.9', '10.0']);
});

it('counts what took no time that can be told as the least there is', () => {
  expect([microsecondsOf(0), microsecondsOf(-0.4), microsecondsOf(0.0004)]).toEqual([1, 1, 1]);
});
