/** The load that was really there, by the records on the topics. Pure. */
import type { Counted, Observation } from './observation.ts';

/** Records a second. */
export type Achieved = Readonly<Record<Counted, number>> & {
  /** Of all windows of 30 s, or the whole when it is shorter, the one in which heartbeats were furthest from what was asked. */
  readonly worstWindow: { readonly heartbeats: number; readonly seconds: number };
};

const windowMs = 30_000;

const perSecond = (name: Counted, from: Observation, to: Observation): number => ((to.written[name] - from.written[name]) * 1_000) / (to.atMs - from.atMs);

/**
 * @param asked heartbeats a second
 * @param observations two or more, of the time in which they were asked for
 * @throws RangeError when there are fewer
 */
export const achievedOf = (asked: number, observations: readonly Observation[]): Achieved => {
  const [first] = observations;
  const last = observations.at(-1);
  if (!first || !last || first === last) throw new RangeError('a rate needs two observations');
  const whole = { from: first, to: last };
  const windows = observations.flatMap(from => {
    const to = observations.find(({ atMs }) => atMs - from.atMs >= windowMs);
    return to ? [{ from, to }] : [];
  });
  const offBy = ({ from, to }: typeof whole): number => Math.abs(perSecond('heartbeats', from, to) - asked);
  const worst = windows.reduce((one, other) => (offBy(other) > offBy(one) ? other : one), windows[0] ?? whole);
  return {
    heartbeats: perSecond('heartbeats', first, last),
    commands: perSecond('commands', first, last),
    answers: perSecond('answers', first, last),
    worstWindow: { heartbeats: perSecond('heartbeats', worst.from, worst.to), seconds: (worst.to.atMs - worst.from.atMs) / 1_000 },
  };
};
