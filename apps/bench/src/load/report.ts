/** What a load came to, as people read it. */
import { stages, type Kept, type Stage, type StepKept, type Totals } from './load.ts';

/** How far from the asked rate any window may be. */
export const tolerance = 0.01;

/** How far the window furthest from the asked rate is from it, as a share of it. */
export const deviationOf = ({ perSecond, kept }: StepKept, stage: Stage): number => {
  const { least, most } = kept[stage];
  return Math.max(Math.abs(most - perSecond), Math.abs(perSecond - least)) / perSecond;
};

/** Whether every window of every step is within the tolerance. */
export const isWhatItSays = ({ steps }: Kept): boolean => steps.every(step => stages.every(stage => deviationOf(step, stage) <= tolerance));

/** Of the commands that heartbeats made. */
export const confirmedShareOf = ({ confirmed, feedback }: Totals): number => confirmed / feedback;

const row = (cells: readonly string[]): string => cells.map(cell => cell.padStart(12)).join('');
const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;

export const heading = (windowSeconds: number): string =>
  [`the least and the most a second over any ${windowSeconds} s, and how far behind the clock at the worst`, row(['asked', 'of', 'least', 'most', 'deviation', 'late ms'])].join('\n');

export const lines = (step: StepKept): string =>
  stages
    .map(stage => {
      const { least, most, lateMs } = step.kept[stage];
      return row([String(step.perSecond), stage, least.toFixed(1), most.toFixed(1), percent(deviationOf(step, stage)), lateMs.toFixed(0)]);
    })
    .join('\n');

export const total = (totals: Totals): string =>
  [
    `${totals.asked} heartbeats asked for, ${totals.missed} missed, ${totals.heartbeats} on their topic`,
    `${totals.commands} commands of theirs, ${totals.withoutCommand} heartbeats without one; first salaries are beside them`,
    `${totals.feedback} feedbacks, ${percent(confirmedShareOf(totals))} of them confirm`,
  ].join('\n');
