/** How many commands a bank has not done with, as its group of handlers tells Kafka. */
import { setTimeout as delay } from 'node:timers/promises';
import { committedOffsets } from '@bank/messaging';
import type { Bank } from './bank.ts';
import { Watermarks } from './watermarks.ts';

const commandTopics = ['confirm_account_creation', 'confirm_money_transfer'] as const;
const askEveryMs = 100;
/** A bank that settles nothing for so long hangs. */
const patienceMs = 60_000;

/** How many commands are not settled and published, or not known to be. */
export const backlogOf = async ({ connection }: Pick<Bank, 'connection'>): Promise<number> => {
  await using watermarks = await Watermarks.connect(connection);
  const committed = await committedOffsets(connection, 'command-handler', commandTopics);
  const written = await Promise.all(commandTopics.map(topic => watermarks.written(topic)));
  return written.reduce((sum, count) => sum + count, 0) - committed.reduce((sum, { offset }) => sum + Number(offset), 0);
};

/**
 * Waits until all commands are done with; a handler has to run.
 *
 * @param onProgress told how many are left, each time that is asked
 * @throws Error when there is no progress for a minute
 */
export const untilDone = async (bank: Pick<Bank, 'connection'>, onProgress?: (left: number) => void): Promise<void> => {
  let [least, since] = [Infinity, performance.now()];
  for (;;) {
    const left = await backlogOf(bank);
    onProgress?.(left);
    if (left === 0) return;
    if (left < least) [least, since] = [left, performance.now()];
    if (performance.now() - since > patienceMs) throw new Error(`${left} commands were left, and no fewer for ${patienceMs / 1_000} s`);
    await delay(askEveryMs);
  }
};
