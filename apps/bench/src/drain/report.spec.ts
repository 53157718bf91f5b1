import { describe, expect, it } from 'vitest';
import type { Drained } from './drain.ts';
import { line, summaryOf, total } from './report.ts';

const drained = (seconds: number, handler: number): Drained => ({
  commands: 1_000_000, confirmed: 1_000_000, seconds, commandsPerSecond: 1_000_000 / seconds, processorSeconds: { handler, postgres: 15 }, handlerPeakBytes: handler * 10 * 2 ** 20,
});

describe('the report of drains', () => {
  it('tells the rate, the cost of a command and the memory of each', () => {
    expect(line(drained(40, 30))).toBe('25000 commands/s; µs of processor a command: handler 30, postgres 15; handler at most 300 MiB');
  });

  it('tells medians and spread of all', () => {
    expect(total(summaryOf([drained(40, 30), drained(50, 35), drained(100, 32)])).split('\n')).toEqual([
      'median 20000 commands/s, from 10000 to 25000',
      'µs of processor a command, medians: handler 32, postgres 15; handler at most 350 MiB',
    ]);
  });
});
