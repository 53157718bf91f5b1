/** What librdkafka tells of itself at intervals, as JSON. */
import { z } from 'zod';

const statistics = z.object({
  brokers: z.record(z.string(), z.object({ source: z.string(), state: z.string(), rxidle: z.number() })),
});

/**
 * Whether the group has answered within an interval: its broker is the one that librdkafka does not know by address, and each heartbeat
 * is answered on that connection.
 *
 * @see https://github.com/confluentinc/librdkafka/blob/v2.15.1/STATISTICS.md
 */
export const isHeard = (json: string, withinMs: number): boolean => {
  const { brokers } = statistics.parse(JSON.parse(json));
  const coordinator = Object.values(brokers).find(({ source }) => source === 'logical');
  // Microseconds since something came; −1 when nothing did yet.
  return coordinator?.state === 'UP' && coordinator.rxidle >= 0 && coordinator.rxidle <= withinMs * 1_000;
};
