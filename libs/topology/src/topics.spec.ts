import avro from 'avsc';
import { describe, expect, it } from 'vitest';
import type { RecordSchema } from './avro.ts';
import { BalanceChanged, BalanceChangedV1, ConfirmAccountCreation, ConfirmMoneyTransfer, MoneyTransferConfirmed } from './records.ts';
import { subjectOf, subjects, topics, type RecordOn, type ValueOn } from './topics.ts';

const bigint = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => Number(a - b),
});
const typeHook = (schema: unknown): avro.Type | undefined =>
  schema === 'long' || (typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'long') ? bigint : undefined;
const avroOf = (record: RecordSchema): avro.Type => avro.Type.forSchema(structuredClone(record) as avro.Schema, { typeHook });

const versionOne = { iban: 'NL66OPEN0000000000', new_balance: 10n ** 17n + 1n, changed_by: 1n, from_to: 'cash', description: 'one cent' };

describe('the records', () => {
  it.each(subjects().flatMap(({ subject, versions }) => versions.map((record, at) => ({ subject, version: at + 1, record }))))(
    '$subject version $version comes out of Avro as it went in',
    ({ record }) => {
      const type = avroOf(record);
      const value: unknown = type.random();
      expect(type.fromBuffer(type.toBuffer(value))).toEqual(value);
    },
  );

  it('read BalanceChanged of version 1 with the defaults of version 2', () => {
    const [older, newer] = [avroOf(BalanceChangedV1), avroOf(BalanceChanged)];
    const read: unknown = newer.fromBuffer(older.toBuffer(versionOne), newer.createResolver(older));
    expect({ ...(read as object) }).toEqual({ ...versionOne, transfer_id: null, version: 0n, changed_at: 0n });
  });

  it('read BalanceChanged of version 2 with a reader of version 1, to the cent', () => {
    const [older, newer] = [avroOf(BalanceChangedV1), avroOf(BalanceChanged)];
    const written = newer.toBuffer({ ...versionOne, transfer_id: Buffer.alloc(16, 1), version: 7n, changed_at: 1n });
    const read: unknown = older.fromBuffer(written, older.createResolver(newer));
    expect({ ...(read as object) }).toEqual(versionOne);
  });
});

describe('the topics', () => {
  it('are those of the contract', () => {
    const table = Object.entries(topics).map(([name, { partitions, key, records }]) => [name, partitions, key, records.map(({ name: record }) => record)]);
    expect(table).toEqual([
      ['heartbeat', 1, 'now', ['Heartbeat']],
      ['confirm_account_creation', 1, 'command id', ['ConfirmAccountCreation']],
      ['account_creation_feedback', 1, 'command id', ['AccountCreationConfirmed', 'AccountCreationFailed']],
      ['confirm_money_transfer', 9, 'command id', ['ConfirmMoneyTransfer']],
      ['money_transfer_feedback', 9, 'command id', ['MoneyTransferConfirmed', 'MoneyTransferFailed']],
      ['balance_changed', 9, 'iban', ['BalanceChanged']],
      ['dead_letters', 1, 'as it came', []],
    ]);
  });

  it('keep the history of balances forever', () => {
    expect(topics.balance_changed.retentionMs).toBe(-1);
  });
});

describe('a subject', () => {
  it('is named after topic and record', () => {
    expect(subjectOf('money_transfer_feedback', MoneyTransferConfirmed)).toBe('money_transfer_feedback-nl.openweb.data.MoneyTransferConfirmed');
  });

  it('holds BalanceChanged in both versions, the older first', () => {
    expect(subjects().find(({ topic }) => topic === 'balance_changed')?.versions).toEqual([BalanceChangedV1, BalanceChanged]);
  });
});

/** Proven by the type check, which is part of the tests: each line below an expected error must not compile. */
describe('what does not compile', () => {
  it('is a record on a topic that is not its own, a wrong field, and a number for money', () => {
    const id = new Uint8Array(16);
    // @ts-expect-error: a creation does not belong on the topic of transfers
    subjectOf('confirm_money_transfer', ConfirmAccountCreation);
    // @ts-expect-error: the record's name is not one of this topic
    const misplaced: RecordOn<'money_transfer_feedback'> = { type: 'AccountCreationFailed', value: { id, reason: 'no' } };
    // @ts-expect-error: a transfer has no field of this name
    const misspelt: ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'> = { id, token: '', amount: 1n, from: '', to: '', descripton: '' };
    // @ts-expect-error: cents are bigint
    const rounded: ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'> = { id, token: '', amount: 1, from: '', to: '', description: '' };
    // @ts-expect-error: an account is AUTO or MANUAL
    const untyped: ValueOn<'confirm_account_creation', 'ConfirmAccountCreation'> = { id, a_type: 'OTHER' };
    expect([misplaced, misspelt, rounded, untyped]).toHaveLength(4);
    expect(subjectOf('confirm_money_transfer', ConfirmMoneyTransfer)).toContain('ConfirmMoneyTransfer');
  });
});
