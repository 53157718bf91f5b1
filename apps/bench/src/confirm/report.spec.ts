import { expect, it } from 'vitest';
import { line, summaryOf, type Timed } from './report.ts';

it('tells of mutations what they took, and where that went', () => {
  const timed: readonly Timed[] = [
    { kind: 'deposit', askedMs: 1_000, commandMs: 1_002, settledMs: 1_005, feedbackMs: 1_006, answeredMs: 1_010 },
    { kind: 'transfer', askedMs: 2_000, commandMs: 2_002, settledMs: 2_005, feedbackMs: 2_008, answeredMs: 2_012 },
    { kind: 'transfer', askedMs: 3_000, commandMs: 3_004, settledMs: 3_008, feedbackMs: 3_009, answeredMs: 3_014 },
  ];
  expect(line(summaryOf(timed)).trim().split(/\s+/)).toEqual(['12.0', '14.0', '14.0', '10.0', '14.0', '10.0', '12.0', '2.0', '3.0', '1.0', '4.0']);
});
