/** How far a service is with what it reads, as metrics. */
import { setTimeout as wait } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from './logging.ts';

const everyMs = 10_000;

/** How far one topic is done with, and how safe it is. */
export type TopicProgress = {
  readonly topic: string;
  /** Messages that are not done with. */
  readonly behind: number;
  /** Partitions that have fewer copies in step than they should. */
  readonly underReplicated: number;
};

type Given = { readonly metrics: Registry; readonly log: Logger; readonly stopping: AbortSignal };

/**
 * Measures again and again until the service stops. What cannot be measured is not told: an old figure would be taken for a new one.
 *
 * @param measure asks the broker, whose answer counts for all instances of the service
 */
export const watchProgress = (measure: () => Promise<readonly TopicProgress[]>, { metrics, log, stopping }: Given): void => {
  const registers = [metrics];
  const labelNames = ['topic'] as const;
  const behind = new Gauge({ name: 'consumer_lag_messages', help: 'Messages of a topic that this service has not done with, all instances together', labelNames, registers });
  const underReplicated = new Gauge({
    name: 'kafka_partitions_under_replicated', help: 'Partitions of a topic that have fewer copies in step than they should', labelNames, registers,
  });
  const measureOnce = async (): Promise<void> => {
    try {
      for (const progress of await measure()) {
        behind.set({ topic: progress.topic }, progress.behind);
        underReplicated.set({ topic: progress.topic }, progress.underReplicated);
      }
    } catch (error) {
      log.debug({ err: error }, 'the broker does not tell how far this service is');
      behind.reset();
      underReplicated.reset();
    }
  };
  const keepMeasuring = async (): Promise<void> => {
    // An aborted wait is all that can fail here.
    do await measureOnce(); while (await wait(everyMs, true, { signal: stopping, ref: false }).catch(() => false));
  };
  void keepMeasuring();
};
