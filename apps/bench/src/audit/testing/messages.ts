/** Messages as an audit reads them, all on partition 0 of their topics. */
import { inspect } from 'node:util';
import type { RawMessage } from '@bank/messaging';
import { bytesOf, commandHeaders, commandIdOf, type CommandId, type Reason, type RecordOn, type RecordTopic } from '@bank/topology';
import type { commandTopics } from '../books.ts';
import type { Readable } from '../place.ts';

type Transfer = Readable<'confirm_money_transfer'>;
type Command = Readable<(typeof commandTopics)[number]>;

type RawFields<T extends RecordTopic> = { readonly offset: number; readonly key: string; readonly record: RecordOn<T>; readonly of?: Command };

/** A message's outside; its value is no Avro, but as good for telling one content from another. */
const rawOf = <T extends RecordTopic>(topic: T, { offset, key, record, of }: RawFields<T>): RawMessage<T> => ({
  topic,
  partition: 0,
  offset: BigInt(offset),
  key: Buffer.from(key),
  value: Buffer.from(inspect(record)),
  headers: of ? headersOf(of) : {},
  timestampMs: 0,
});

const headersOf = ({ raw: { topic, partition, offset } }: Command): RawMessage<RecordTopic>['headers'] => ({
  [commandHeaders.topic]: [Buffer.from(topic)],
  [commandHeaders.partition]: [Buffer.from(String(partition))],
  [commandHeaders.offset]: [Buffer.from(String(offset))],
});

export const creation = (offset: number, id: CommandId): Readable<'confirm_account_creation'> => {
  const topic = 'confirm_account_creation';
  const record = { type: 'ConfirmAccountCreation', value: { id: bytesOf(id), a_type: 'AUTO' } } as const;
  return { topic, record, raw: rawOf(topic, { offset, key: id, record }) };
};

type Order = { readonly from: string; readonly to: string; readonly amount: bigint };

export const transfer = (offset: number, id: CommandId, fields: Order): Transfer => {
  const topic = 'confirm_money_transfer';
  const record = { type: 'ConfirmMoneyTransfer', value: { id: bytesOf(id), token: '', description: '', ...fields } } as const;
  return { topic, record, raw: rawOf(topic, { offset, key: id, record }) };
};

export const opened = (offset: number, of: Command, iban: string): Readable<'account_creation_feedback'> => {
  const { id } = of.record.value;
  const topic = 'account_creation_feedback';
  const record = { type: 'AccountCreationConfirmed', value: { id, iban, token: '', a_type: 'AUTO' } } as const;
  return { topic, record, raw: rawOf(topic, { offset, key: commandIdOf(id), record, of }) };
};

/** The feedback to a transfer: that it was confirmed, or the reason why not. */
export const answered = (offset: number, of: Command, reason?: Reason): Readable<'money_transfer_feedback'> => {
  const { id } = of.record.value;
  const topic = 'money_transfer_feedback';
  const record: RecordOn<typeof topic> =
    reason === undefined ? { type: 'MoneyTransferConfirmed', value: { id } } : { type: 'MoneyTransferFailed', value: { id, reason } };
  return { topic, record, raw: rawOf(topic, { offset, key: commandIdOf(id), record, of }) };
};

export type ChangeFields = { readonly iban: string; readonly by: bigint; readonly leaves: bigint; readonly version: bigint; readonly key?: string };

/** An event of a transfer. */
export const changed = (offset: number, of: Transfer, { iban, by, leaves, version, key = iban }: ChangeFields): Readable<'balance_changed'> => {
  const { id, from, to, description } = of.record.value;
  const topic = 'balance_changed';
  const change = { iban, changed_by: by, new_balance: leaves, version, from_to: by < 0n ? to : from };
  const value = { ...change, description, transfer_id: id, changed_at: new Date(0) };
  const record = { type: 'BalanceChanged', value } as const;
  return { topic, record, raw: rawOf(topic, { offset, key, record, of }) };
};

type Outside = { readonly topic: RecordTopic; readonly raw: object };

/** A message as it is received when its bytes are no record of its topic. */
export const unreadable = <M extends Outside>({ topic, raw }: M): Pick<M, 'topic' | 'raw'> & { unreadable: string } =>
  ({ topic, raw, unreadable: 'noise' });
