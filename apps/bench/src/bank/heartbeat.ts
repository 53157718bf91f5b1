/** The load of a bank, as its heartbeat is told and tells it. */
import { z } from 'zod';

const State = z.object({
  batch: z.int(), intervalMs: z.int(), sent: z.int(), missed: z.int(), stepsDone: z.int().default(0), secondsLeft: z.number().default(0),
});
/** The load, how many heartbeats were sent and missed since the heartbeat started, and how far steps are that were asked for. */
export type HeartbeatState = z.output<typeof State>;

export type Load = Pick<HeartbeatState, 'batch' | 'intervalMs'>;

/** Loads one after the other: heartbeats a second, and for how long each. */
export type Steps = { readonly steps: readonly number[]; readonly seconds: number };

/** As in the article's test: one heartbeat more in a batch is ten more a second. */
const intervalMs = 100;

/** @param perSecond a multiple of 10 */
export const loadOf = (perSecond: number): Load => ({ batch: (perSecond * intervalMs) / 1_000, intervalMs });

/** @throws Error when the heartbeat does not answer as it should */
export const readLoad = (heartbeatUrl: string): Promise<HeartbeatState> => ask(heartbeatUrl);

/** @throws Error in the heartbeat's own words when it refuses them */
export const changeLoad = (heartbeatUrl: string, load: Load | Steps): Promise<HeartbeatState> =>
  ask(heartbeatUrl, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(load) });

const ask = async (heartbeatUrl: string, request: RequestInit = {}): Promise<HeartbeatState> => {
  const response = await fetch(`${heartbeatUrl}/load`, request);
  if (!response.ok) throw new Error(`the heartbeat refuses the load: ${await response.text()}`);
  return State.parse(await response.json());
};
