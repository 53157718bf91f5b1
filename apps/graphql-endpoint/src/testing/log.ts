/** What stands on Kafka, as somebody sees it who has nothing to do with the endpoint. */
import { randomUUID } from 'node:crypto';
import { connectionOf, Consumer, messagingVariables, type Received } from '@bank/messaging';
import { readConfig } from '@bank/service';
import { commandIdOf, type RecordTopic } from '@bank/topology';
import { z } from 'zod';

const transferTopics = ['confirm_money_transfer', 'money_transfer_feedback', 'balance_changed'] as const satisfies readonly RecordTopic[];

export type Logged = Extract<Received<(typeof transferTopics)[number]>, { readonly record: unknown }>;

const transferIn = ({ record }: Logged): Uint8Array | null => (record.type === 'BalanceChanged' ? record.value.transfer_id : record.value.id);

/** The first so many records that belong to a transfer: command, feedback and changes. */
export const recordsOf = async (env: Readonly<Record<string, string>>, transferId: string, count: number): Promise<readonly Logged[]> => {
  const connection = connectionOf('reader', readConfig(z.object(messagingVariables), env));
  await using consumer = await Consumer.connect(connection, { group: `reader-${randomUUID()}`, topics: transferTopics, from: 'beginning' });
  const found: Logged[] = [];
  while (found.length < count) {
    for (const message of await consumer.take({ max: 1_000, signal: AbortSignal.timeout(20_000) })) {
      if (!('record' in message)) continue;
      const id = transferIn(message);
      if (id !== null && commandIdOf(id) === transferId) found.push(message);
    }
  }
  return found;
};
