/** Accounts of a bank, opened as anybody opens them: by commands. */
import { randomUUID } from 'node:crypto';
import { Consumer, Producer } from '@bank/messaging';
import { commandIdOf } from '@bank/topology';
import type { Bank } from './bank.ts';
import { creation, newId, type Account } from './commands.ts';

const patienceMs = 60_000;

/**
 * Opens accounts; a handler has to run.
 *
 * @throws Error when they are not all opened within a minute
 */
export const openAccounts = async ({ connection }: Bank, count: number): Promise<readonly Account[]> => {
  const topic = 'account_creation_feedback';
  await using producer = await Producer.connect(connection, ['confirm_account_creation']);
  await using consumer = await Consumer.connect(connection, { group: `bench-accounts-${randomUUID()}`, topics: [topic], from: 'beginning' });
  const ids = new Set(Array.from({ length: count }, newId));
  await producer.send([...ids].map(creation));
  const accounts: Account[] = [];
  const signal = AbortSignal.timeout(patienceMs);
  while (ids.size > 0) {
    const answers = await consumer.take({ max: 1_000, signal });
    if (answers.length === 0) throw new Error(`${ids.size} of ${count} accounts were not opened within ${patienceMs / 1_000} s`);
    for (const answer of answers) {
      if (!('record' in answer) || answer.record.type !== 'AccountCreationConfirmed') continue;
      const { id, iban, token } = answer.record.value;
      if (ids.delete(commandIdOf(id))) accounts.push({ iban, token });
    }
  }
  return accounts;
};
