/** Loads one after the other, as the measurement raises them, and how far the clock has come with them. */
import { z } from 'zod';
import { parseBody, unknownFields, type Refused } from './body.ts';
import type { Load } from './load.ts';

const stepsRange = 'a list of 1 to 100 rates, heartbeats a second, whole numbers from 0 to 100000';
const secondsRange = 'a whole number from 1 to 3600, how long each step lasts';

const Steps = z.strictObject(
  {
    /** Heartbeats a second. */
    steps: z.array(z.int(stepsRange).min(0, stepsRange).max(100_000, stepsRange), stepsRange).min(1, stepsRange).max(100, stepsRange),
    /** Of each step. */
    seconds: z.int(secondsRange).min(1, secondsRange).max(3_600, secondsRange),
  },
  unknownFields('only steps and seconds'),
);

export type Steps = z.infer<typeof Steps>;

/** Whether a body asks for steps, be they right or wrong. */
export const asksForSteps = (body: unknown): boolean => typeof body === 'object' && body !== null && ('steps' in body || 'seconds' in body);

/** The steps that a request asks for, or what is wrong with its body. */
export const stepsIn = (body: unknown): Steps | Refused => parseBody(Steps, body);

/**
 * The load of a rate: the shortest interval from 100 ms on with whole heartbeats in it. A second is a multiple of it, so that steps of
 * whole seconds hold whole batches.
 *
 * @param perSecond a whole number of heartbeats
 */
export const loadAt = (perSecond: number): Load => {
  const batches = [10, 5, 2, 1].find(parts => perSecond % parts === 0) ?? 1;
  return { batch: perSecond / batches, intervalMs: 1_000 / batches };
};

/** How far steps have come. */
export type StepsProgress = Steps & {
  /** How many steps are over: all of them, when the load is again what it was before. */
  readonly stepsDone: number;
  /** Until the last is over. */
  readonly secondsLeft: number;
};

/** The load from a moment on, milliseconds of the clock that the steps began by. */
export type Turn = { readonly load: Load; readonly atMs: number };

/** Steps under way. They begin and end by the clock, whenever it is looked at. */
export class Course {
  readonly #steps: Steps;
  /** The load when the steps are over. */
  readonly after: Load;
  readonly #turns: readonly Turn[];
  readonly #endMs: number;
  #taken = 0;

  constructor(steps: Steps, { beginMs, after }: { readonly beginMs: number; readonly after: Load }) {
    const turnMs = (at: number): number => beginMs + at * steps.seconds * 1_000;
    this.#steps = steps;
    this.after = after;
    this.#turns = [...steps.steps.map(loadAt), after].map((load, at) => ({ load, atMs: turnMs(at) }));
    this.#endMs = turnMs(steps.steps.length);
  }

  /** The turns since the last look, in their order: the beginning of each step, and at last the end of all. */
  takeTurns(nowMs: number): readonly Turn[] {
    const taken = this.#turns.slice(this.#taken).filter(({ atMs }) => atMs <= nowMs);
    this.#taken += taken.length;
    return taken;
  }

  progress(nowMs: number): StepsProgress {
    return { ...this.#steps, stepsDone: Math.max(0, this.#taken - 1), secondsLeft: Math.max(0, this.#endMs - nowMs) / 1_000 };
  }
}
