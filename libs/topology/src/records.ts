/** The records that flow through the bank. A public contract: handlers in other languages speak them too. */
import type { RecordSchema, ValueOf } from './avro.ts';

const namespace = 'nl.openweb.data';

const Uuid = { type: 'fixed', name: 'Uuid', namespace, size: 16 } as const;
const Atype = { type: 'enum', name: 'Atype', namespace, symbols: ['AUTO', 'MANUAL'] } as const;

export const Heartbeat = {
  type: 'record', name: 'Heartbeat', namespace,
  fields: [{ name: 'beat', type: 'long' }],
} as const satisfies RecordSchema;

export const ConfirmAccountCreation = {
  type: 'record', name: 'ConfirmAccountCreation', namespace,
  fields: [{ name: 'id', type: Uuid }, { name: 'a_type', type: Atype }],
} as const satisfies RecordSchema;

export const AccountCreationConfirmed = {
  type: 'record', name: 'AccountCreationConfirmed', namespace,
  fields: [
    { name: 'id', type: Uuid },
    { name: 'iban', type: 'string' },
    { name: 'token', type: 'string' },
    { name: 'a_type', type: Atype },
  ],
} as const satisfies RecordSchema;

export const AccountCreationFailed = {
  type: 'record', name: 'AccountCreationFailed', namespace,
  fields: [{ name: 'id', type: Uuid }, { name: 'reason', type: 'string' }],
} as const satisfies RecordSchema;

export const ConfirmMoneyTransfer = {
  type: 'record', name: 'ConfirmMoneyTransfer', namespace,
  fields: [
    { name: 'id', type: Uuid },
    { name: 'token', type: 'string' },
    { name: 'amount', type: 'long' },
    { name: 'from', type: 'string' },
    { name: 'to', type: 'string' },
    { name: 'description', type: 'string' },
  ],
} as const satisfies RecordSchema;

export const MoneyTransferConfirmed = {
  type: 'record', name: 'MoneyTransferConfirmed', namespace,
  fields: [{ name: 'id', type: Uuid }],
} as const satisfies RecordSchema;

export const MoneyTransferFailed = {
  type: 'record', name: 'MoneyTransferFailed', namespace,
  fields: [{ name: 'id', type: Uuid }, { name: 'reason', type: 'string' }],
} as const satisfies RecordSchema;

/** The original's record: what a producer of version 1 still sends and a reader of version 1 still expects. */
export const BalanceChangedV1 = {
  type: 'record', name: 'BalanceChanged', namespace,
  fields: [
    { name: 'iban', type: 'string' },
    { name: 'new_balance', type: 'long' },
    { name: 'changed_by', type: 'long' },
    { name: 'from_to', type: 'string' },
    { name: 'description', type: 'string' },
  ],
} as const satisfies RecordSchema;

/**
 * Version 2 adds, with defaults, what consumers need to order and to de-duplicate: `version` counts the changes of one account
 * from 1 without gaps (0: unnumbered, from a version 1 producer); `changed_at` 0 means the record's Kafka timestamp.
 */
export const BalanceChanged = {
  ...BalanceChangedV1,
  fields: [
    ...BalanceChangedV1.fields,
    { name: 'transfer_id', type: ['null', Uuid], default: null },
    { name: 'version', type: 'long', default: 0 },
    { name: 'changed_at', type: { type: 'long', logicalType: 'timestamp-millis' }, default: 0 },
  ],
} as const satisfies RecordSchema;

export type AccountType = ValueOf<typeof Atype>;
