/** The events that an endpoint has to project. */
import type { Bank } from '../bank/bank.ts';
import { Watermarks } from '../bank/watermarks.ts';

const topics = ['balance_changed', 'money_transfer_feedback', 'account_creation_feedback'] as const;

/** How many there are of a bank. */
export const countEvents = async ({ connection }: Bank): Promise<number> => {
  await using watermarks = await Watermarks.connect(connection);
  const written = await Promise.all(topics.map(topic => watermarks.written(topic)));
  return written.reduce((sum, count) => sum + count, 0);
};
