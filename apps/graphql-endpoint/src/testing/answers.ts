/** Answers of the bank as an instance hears them, for specs of what it makes of them without Kafka. */
import { randomBytes } from 'node:crypto';
import type { Received } from '@bank/messaging';
import { bytesOf, commandHeaders, commandIdOf, company, ibanOf, type CommandId } from '@bank/topology';
import type { AnswerTopic } from '../live/answers.ts';

/** What every answer of these specs is about; none of it may come out where nothing personal is to be told. */
export const personal = {
  id: commandIdOf(Uint8Array.from({ length: 16 }, (_, at) => 0xa0 + at)),
  iban: ibanOf('0123456789'),
  token: '98765432109876543210',
  amount: 123_456_789n,
  description: 'flowers for Anna',
  reason: 'insufficient funds of Anna',
} as const;

export const newId = (): CommandId => commandIdOf(randomBytes(16));

/** When the command was written to its topic, when it was settled, and when the answer was written: each some ms after 1970. */
export const times = { commandMs: 1_000, settledMs: 1_007, writtenMs: 1_012 } as const;

const rawOn = <T extends AnswerTopic>(topic: T): Received<T>['raw'] => ({
  topic, partition: 3, offset: 41n, key: null, value: null, timestampMs: times.writtenMs,
  headers: {
    [commandHeaders.timestamp]: [Buffer.from(String(times.commandMs))],
    [commandHeaders.settledAt]: [Buffer.from(String(times.settledMs))],
  },
});

export const confirmation = (id: CommandId = newId()): Received<AnswerTopic> => {
  const topic = 'money_transfer_feedback';
  return { topic, raw: rawOn(topic), record: { type: 'MoneyTransferConfirmed', value: { id: bytesOf(id) } } };
};

export const refusal = (id: CommandId = newId()): Received<AnswerTopic> => {
  const topic = 'money_transfer_feedback';
  return { topic, raw: rawOn(topic), record: { type: 'MoneyTransferFailed', value: { id: bytesOf(id), reason: personal.reason } } };
};

export const opening = (id: CommandId = newId()): Received<AnswerTopic> => {
  const topic = 'account_creation_feedback';
  const { iban, token } = personal;
  return { topic, raw: rawOn(topic), record: { type: 'AccountCreationConfirmed', value: { id: bytesOf(id), iban, token, a_type: 'MANUAL' } } };
};

/** A change that a transfer made; null is one of which the event does not say the transfer. */
export const change = (transferId: CommandId | null): Received<AnswerTopic> => {
  const topic = 'balance_changed';
  const { iban, amount, description } = personal;
  const value = {
    iban, new_balance: amount, changed_by: amount, from_to: company.iban, description, version: 7n, changed_at: new Date(times.settledMs),
    transfer_id: transferId === null ? null : bytesOf(transferId),
  };
  return { topic, raw: rawOn(topic), record: { type: 'BalanceChanged', value } };
};

export const unreadable = (): Received<AnswerTopic> => ({ topic: 'balance_changed', raw: rawOn('balance_changed'), unreadable: 'no Avro' });
