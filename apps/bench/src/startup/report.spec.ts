import { describe, expect, it } from 'vitest';
import { report } from './report.ts';

describe('the report of a start', () => {
  it('tells time and memory of each part and of all', () => {
    const start = (tookMs: number): Parameters<typeof report>[0] => ({
      tookMs, parts: [{ name: 'kafka', tookMs: tookMs / 2, memoryBytes: 200 * 2 ** 20 }, { name: 'synchronizer', tookMs: 900, memoryBytes: undefined }],
    });
    expect(report(start(20_000), [start(10_000), start(14_000), start(12_000)]).split('\n')).toEqual([
      'part                     first  warm, median      memory',
      'kafka                   10.0 s         6.0 s     200 MiB',
      'synchronizer             0.9 s         0.9 s            ',
      'all                     20.0 s        12.0 s     200 MiB',
      'warm starts from 10.0 s to 14.0 s',
    ]);
  });
});
