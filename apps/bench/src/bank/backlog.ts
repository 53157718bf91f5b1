/** How much a bank has not done with, as those who do it tell Kafka. */
import { setTimeout as delay } from 'node:timers/promises';
import { committedOffsets } from '@bank/messaging';
import type { TopicName } from '@bank/topology';
import type { Bank } from './bank.ts';
import { Watermarks } from './watermarks.ts';

/** Who does the work that stands on some topics. */
export type Workers = { readonly group: string; readonly topics: readonly TopicName[] };

export const handlers: Workers = { group: 'command-handler', topics: ['confirm_account_creation', 'confirm_money_transfer'] };
export const generators: Workers = { group: 'command-generator', topics: ['heartbeat'] };
export const projection: Workers = { group: 'graphql-endpoint', topics: ['balance_changed', 'account_creation_feedback', 'money_transfer_feedback'] };

const askEveryMs = 100;
/** A bank that settles nothing for so long hangs. */
const patienceMs = 60_000;

/** How many records are not done with, or not known to be: commands that are not settled and published, unless other workers are meant. */
export const backlogOf = async ({ connection }: Pick<Bank, 'connection'>, { group, topics }: Workers = handlers): Promise<number> => {
  await using watermarks = await Watermarks.connect(connection);
  const committed = await committedOffsets(connection, group, topics);
  const written = await Promise.all(topics.map(topic => watermarks.written(topic)));
  return written.reduce((sum, count) => sum + count, 0) - committed.reduce((sum, { offset }) => sum + Number(offset), 0);
};

/**
 * Waits until all is done with; one of the workers, handlers unless others are meant, has to run.
 *
 * @throws Error when there is no progress for a minute
 */
export const untilDone = async (bank: Pick<Bank, 'connection'>, workers: Workers = handlers): Promise<void> => {
  let [least, since] = [Infinity, performance.now()];
  for (;;) {
    const left = await backlogOf(bank, workers);
    if (left === 0) return;
    if (left < least) [least, since] = [left, performance.now()];
    if (performance.now() - since > patienceMs) throw new Error(`${left} records for ${workers.group} were left, and no fewer for ${patienceMs / 1_000} s`);
    await delay(askEveryMs);
  }
};
