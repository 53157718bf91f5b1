/** A heartbeat as it stands on its topic. */
import type { Outgoing } from '@bank/messaging';

/** The heartbeat that bears a number. */
export const heartbeat = (beat: bigint): Outgoing<'heartbeat'> => ({
  topic: 'heartbeat',
  key: 'now',
  record: { type: 'Heartbeat', value: { beat } },
});
