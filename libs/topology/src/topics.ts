/** Every topic with its records, and the registry's subjects: what the synchronizer makes and all services share. */
import type { RecordSchema, ValueOf } from './avro.ts';
import {
  AccountCreationConfirmed, AccountCreationFailed, BalanceChanged, BalanceChangedV1, ConfirmAccountCreation, ConfirmMoneyTransfer,
  Heartbeat, MoneyTransferConfirmed, MoneyTransferFailed,
} from './records.ts';

type Topic = {
  readonly partitions: number;
  /** How long records stay; −1 is forever. */
  readonly retentionMs: number;
  readonly maxMessageBytes: number;
  readonly key: 'command id' | 'iban' | 'now' | 'as it came';
  /** What may stand on the topic, each in its newest version; none: raw bytes. */
  readonly records: readonly RecordSchema[];
  /** Versions of those records that came before, oldest first: they are registered before the newest. */
  readonly earlierVersions: readonly RecordSchema[];
};

const minute = 60_000;
const day = 24 * 60 * minute;
const forever = -1;
const kilobyte = 1024;

const usual = { maxMessageBytes: 1024 * kilobyte, earlierVersions: [] } as const;
const command = { ...usual, maxMessageBytes: 128 * kilobyte, retentionMs: 7 * day, key: 'command id' } as const;
const feedback = { ...usual, retentionMs: 7 * day, key: 'command id' } as const;

export const topics = {
  heartbeat: { ...usual, partitions: 1, retentionMs: 15 * minute, key: 'now', records: [Heartbeat] },
  confirm_account_creation: { ...command, partitions: 1, records: [ConfirmAccountCreation] },
  account_creation_feedback: { ...feedback, partitions: 1, records: [AccountCreationConfirmed, AccountCreationFailed] },
  confirm_money_transfer: { ...command, partitions: 9, records: [ConfirmMoneyTransfer] },
  money_transfer_feedback: { ...feedback, partitions: 9, records: [MoneyTransferConfirmed, MoneyTransferFailed] },
  balance_changed: { ...usual, partitions: 9, retentionMs: forever, key: 'iban', records: [BalanceChanged], earlierVersions: [BalanceChangedV1] },
  dead_letters: { ...usual, partitions: 1, retentionMs: 30 * day, maxMessageBytes: 4096 * kilobyte, key: 'as it came', records: [] },
} as const satisfies Record<string, Topic>;

export type TopicName = keyof typeof topics;

/** The topics that carry records; dead_letters carries raw bytes. */
export type RecordTopic = { [T in TopicName]: (typeof topics)[T]['records'] extends readonly [] ? never : T }[TopicName];

/** The schemas that may stand on a topic. */
export type SchemaOn<T extends TopicName> = (typeof topics)[T]['records'][number];

/** What may stand on a topic: a union told apart by `type`, the record's name. */
export type RecordOn<T extends TopicName> = {
  [R in SchemaOn<T> as R['name']]: { readonly type: R['name']; readonly value: ValueOf<R> };
}[SchemaOn<T>['name']];

/** The value of a record by its name on a topic. */
export type ValueOn<T extends TopicName, Name extends SchemaOn<T>['name']> = ValueOf<Extract<SchemaOn<T>, { readonly name: Name }>>;

/** A record's name with its namespace, as Avro and the registry spell it. */
export const fullNameOf = (record: RecordSchema): string => `${record.namespace}.${record.name}`;

/** The registry's subject of a record on a topic, by TopicRecordNameStrategy. */
export const subjectOf = <T extends TopicName>(topic: T, record: SchemaOn<T>): string => `${topic}-${fullNameOf(record)}`;

/** A subject with every version of its record, oldest first. */
export type Subject = {
  readonly topic: TopicName;
  readonly subject: string;
  readonly versions: readonly RecordSchema[];
  readonly newest: RecordSchema;
};

/** All subjects of the bank, in the order of the topics. */
export const subjects = (): readonly Subject[] =>
  (Object.keys(topics) as TopicName[]).flatMap(topic => {
    const { records, earlierVersions }: Topic = topics[topic];
    return records.map(record => ({
      topic,
      subject: `${topic}-${fullNameOf(record)}`,
      versions: [...earlierVersions.filter(earlier => earlier.name === record.name), record],
      newest: record,
    }));
  });

/**
 * Headers on feedback and BalanceChanged: where the command stood, when it was written there, and when it was settled
 * (times are milliseconds since 1970, as decimal text).
 */
export const commandHeaders = {
  topic: 'command-topic',
  partition: 'command-partition',
  offset: 'command-offset',
  timestamp: 'command-timestamp',
  settledAt: 'settled-at',
} as const;

/** Headers on a dead letter: where it stood and why it could not be settled. */
export const deadLetterHeaders = {
  topic: 'dead-letter-topic',
  partition: 'dead-letter-partition',
  offset: 'dead-letter-offset',
  reason: 'dead-letter-reason',
} as const;
