import { describe, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';

describe('the figures of a result', () => {
  it('are those of a drain', () => {
    expect(figuresOf('drain', { commandsPerSecondMedian: 20_000, processorMicrosecondsPerCommand: { handler: 30, kafka: 9, postgres: 17 }, handlerPeakBytes: 2 ** 28 })).toEqual([
      { name: 'commands settled', unit: '/s', value: 20_000 },
      { name: "handler's processor a command", unit: 'µs', value: 30 },
      { name: "Kafka's processor a command", unit: 'µs', value: 9 },
      { name: "PostgreSQL's processor a command", unit: 'µs', value: 17 },
      { name: "handler's memory at most", unit: 'MiB', value: 256 },
    ]);
  });

  it('are the medians of the runs at each rate', () => {
    const run = (perSecond: number, p50: number): object =>
      ({ perSecond, toFeedbackMs: { p50, p99: 9, p999: 99 }, processorMicrosecondsPerTransfer: { handler: 50, kafka: 20, postgres: 30 }, memoryBytes: { most: 2 ** 27 } });
    const figures = figuresOf('rate', { runs: [run(10, 2), run(10, 4), run(10, 3), run(500, 8)] });
    expect(figures.filter(({ name }) => name.endsWith('p50'))).toEqual([
      { name: '10/s: feedback p50', unit: 'ms', value: 3 },
      { name: '500/s: feedback p50', unit: 'ms', value: 8 },
    ]);
  });

  it('are those of each load of the latency test, with the handler when it was measured', () => {
    const rows = [{ load: 0, latencyMs: { p50: 20, p99: 40 } }, { load: 50, latencyMs: { p50: 21, p99: 50 }, parts: { handler: { cpuPercent: 5, memoryMiB: 80 } } }];
    expect(figuresOf('latency', { rows }).map(({ name, value }) => [name, value])).toEqual([
      ['0/s: click p50', 20], ['0/s: click p99', 40], ['50/s: click p50', 21], ['50/s: click p99', 50],
      ["50/s: handler's processors", 5], ["50/s: handler's memory", 80],
    ]);
  });
});
