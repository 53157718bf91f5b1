/** One run of the article's test: the load rises step by step while a client clicks, until the last step is over or five clicks were missed. */
import { setTimeout as delay } from 'node:timers/promises';
import { changeLoad, loadOf, readLoad } from '../bank/heartbeat.ts';
import type { Watermarks } from '../bank/watermarks.ts';
import type { AccountPage, Clicked } from './account-page.ts';
import { clickEveryMs, clickOf, dueMsOf } from './click.ts';
import { now } from './clock.ts';
import { observe, type Observation } from './observation.ts';

/** So many misses end a run, as in the article's test. */
export const missesToEnd = 5;

/** Often enough for windows of 30 s, and more often than the article's 20 s. */
const observeEveryMs = 10_000;

/** What a run is made with. */
export type Setting = {
  readonly heartbeatUrl: string;
  readonly page: AccountPage;
  readonly watermarks: Watermarks;
  /** The processes that are observed, by the names that results give them. */
  readonly pids: ReadonlyMap<string, number>;
  /** Ends the run when it is aborted. */
  readonly signal: AbortSignal;
};

export type Plan = {
  /** Heartbeats a second of each step. */
  readonly loads: readonly number[];
  readonly seconds: number;
  /** Before the first step, and not counted: programs that have just started are slow. */
  readonly warmUp: { readonly load: number; readonly seconds: number };
};

/** What was seen in one step. */
export type Step = {
  readonly load: number;
  readonly clicks: readonly Clicked[];
  readonly observations: readonly Observation[];
  /** Heartbeats that were due and could not be sent in time. */
  readonly missedHeartbeats: number;
};

export const missesIn = (clicks: readonly Clicked[]): number => clicks.filter(({ isMiss }) => isMiss).length;

/**
 * Runs the test; its load is left on.
 *
 * @param onStep told of each step as it ends
 * @returns the steps, the last of which may have been cut short
 * @throws the signal's reason when it is aborted
 */
export const runTest = async (setting: Setting, { loads, seconds, warmUp }: Plan, onStep: (step: Step) => void): Promise<readonly Step[]> => {
  const warm = await runStep(setting, { load: warmUp.load, seconds: warmUp.seconds, firstClick: 0, missesLeft: Infinity });
  let [firstClick, missesLeft] = [warm.clicks.length, missesToEnd];
  const steps: Step[] = [];
  for (const load of loads) {
    const step = await runStep(setting, { load, seconds, firstClick, missesLeft });
    steps.push(step);
    onStep(step);
    firstClick += step.clicks.length;
    missesLeft -= missesIn(step.clicks);
    if (missesLeft <= 0) break;
  }
  return steps;
};

type StepPlan = { readonly load: number; readonly seconds: number; readonly firstClick: number; readonly missesLeft: number };

const runStep = async (setting: Setting, { load, seconds, firstClick, missesLeft }: StepPlan): Promise<Step> => {
  const { heartbeatUrl, page, watermarks, pids, signal } = setting;
  await page.compareClocks();
  const { missed: missedBefore } = await changeLoad(heartbeatUrl, loadOf(load));
  const beganMs = now();
  const observations = [await observe(watermarks, pids)];
  const clicks: Clicked[] = [];
  for (let nth = 0; nth < (seconds * 1_000) / clickEveryMs && missesIn(clicks) < missesLeft; nth += 1) {
    clicks.push(await page.click(clickOf(firstClick + nth), beganMs + dueMsOf(nth), signal));
    // Between clicks, so that looking does not hold up a click that is due.
    if (now() - beganMs >= observations.length * observeEveryMs) observations.push(await observe(watermarks, pids));
  }
  if (missesIn(clicks) < missesLeft) await delay(beganMs + seconds * 1_000 - now(), undefined, { signal });
  observations.push(await observe(watermarks, pids));
  const { missed } = await readLoad(heartbeatUrl);
  return { load, clicks, observations, missedHeartbeats: missed - missedBefore };
};
