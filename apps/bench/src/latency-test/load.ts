/** The load of a bank, as its heartbeat is told. */
import { z } from 'zod';

const State = z.object({ batch: z.int(), intervalMs: z.int(), sent: z.int(), missed: z.int() });
/** The load, and how many heartbeats were sent and missed since the heartbeat started. */
export type HeartbeatState = z.output<typeof State>;

export type Load = Pick<HeartbeatState, 'batch' | 'intervalMs'>;

/** As in the article's test: one heartbeat more in a batch is ten more a second. */
const intervalMs = 100;

/** @param perSecond a multiple of 10 */
export const loadOf = (perSecond: number): Load => ({ batch: (perSecond * intervalMs) / 1_000, intervalMs });

/** @throws Error when the heartbeat does not answer as it should */
export const readLoad = async (heartbeatUrl: string): Promise<HeartbeatState> => stateIn(await fetch(`${heartbeatUrl}/load`));

/** @throws Error when the heartbeat refuses it */
export const changeLoad = async (heartbeatUrl: string, { batch, intervalMs }: Load): Promise<HeartbeatState> =>
  stateIn(await fetch(`${heartbeatUrl}/load`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ batch, intervalMs }) }));

const stateIn = async (response: Response): Promise<HeartbeatState> => {
  if (!response.ok) throw new Error(`the heartbeat answered ${response.url} with ${response.status}: ${await response.text()}`);
  return State.parse(await response.json());
};
