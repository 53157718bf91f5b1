import { expect, it } from 'vitest';
import { deviationOf, isWhatItSays, lines, total, tolerance } from './report.ts';

const lateMs = 100;
const exact = { least: 100, most: 100, lateMs };
const step = { perSecond: 100, kept: { heartbeats: exact, commands: { least: 99, most: 100.5, lateMs }, feedback: { least: 99.5, most: 101, lateMs } } };
const totals = { asked: 3_500, missed: 2, heartbeats: 3_498, withoutCommand: 3, commands: 3_495, feedback: 3_495, confirmed: 3_460 };

it('the window furthest from the asked rate decides, on either side', () => {
  expect([deviationOf(step, 'heartbeats'), deviationOf(step, 'commands'), deviationOf(step, 'feedback')]).toEqual([0, 0.01, 0.01]);
  expect(isWhatItSays({ totals, steps: [step] })).toBe(true);
  const late = { ...step, kept: { ...step.kept, feedback: { least: 100 * (1 - tolerance) - 0.1, most: 100, lateMs } } };
  expect(isWhatItSays({ totals, steps: [step, late] })).toBe(false);
});

it('people read what was missed, what made no command, and the share that was confirmed', () => {
  expect(lines(step).split('\n')[1]).toMatch(/100 +commands +99\.0 +100\.5 +1\.00% +100$/);
  expect(total(totals)).toContain('2 missed');
  expect(total(totals)).toContain('3 heartbeats without one');
  expect(total(totals)).toContain('99.00% of them confirm');
});
