/** The round that sends again, under the same ids, what the bank has not answered. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Retry } from '@bank/service';
import type { Metrics } from '../metrics.ts';
import type { Commands } from './commands.ts';
import type { Creations } from './creations.ts';
import type { Sender } from './sender.ts';
import type { Transfers } from './transfers.ts';

const everyMs = 2_000;

type Parts = {
  readonly creations: Creations;
  readonly transfers: Transfers;
  readonly commands: Commands;
  readonly sender: Sender;
  readonly retry: Retry;
  readonly metrics: Pick<Metrics, 'commandsPending'>;
};

/** Goes round until the signal aborts. */
export const keepSweeping = async (parts: Parts, signal: AbortSignal): Promise<void> => {
  const { creations, transfers, commands, sender, retry, metrics } = parts;
  const retried = <R>(work: () => Promise<R>): Promise<R> => retry.until(work, { signal });
  try {
    for (;;) {
      const overdueCreations = await retried(() => creations.takeOverdue());
      await retried(() => sender.sendCreations(overdueCreations));
      const overdueTransfers = await retried(() => transfers.takeOverdue());
      await retried(() => sender.sendTransfers(overdueTransfers));
      metrics.commandsPending.set(await retried(() => commands.countPending()));
      await wait(everyMs, undefined, { signal });
    }
  } catch (error) {
    // What is overdue still is when the next instance looks.
    if (!signal.aborted) throw error;
  }
};
