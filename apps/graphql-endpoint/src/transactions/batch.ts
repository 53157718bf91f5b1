/** What a batch of messages means for the tables. Pure. */
import { nextOffsets, type Position, type Received } from '@bank/messaging';
import { commandHeaders, commandIdOf, fitsCents, isOwnIban, partitionOf, topics, type Cents, type CommandId, type Iban } from '@bank/topology';
import { isStorable, numberIn, timeIn, writtenAtOf } from './headers.ts';

/** The topics that are projected, by one consumer: all members of a group subscribe to the same. */
export const projectedTopics = ['balance_changed', 'account_creation_feedback', 'money_transfer_feedback'] as const;

export type ProjectedTopic = (typeof projectedTopics)[number];

/** Where a record stands on its topic, and when it was written there. */
export type Written = { readonly partition: number; readonly offset: bigint; readonly publishedAt: Date };

/** A change of a balance with its place: in the account and on the topic. */
export type Change = {
  readonly iban: Iban;
  /** The version, or for an unnumbered event (version 0) its offset + 1: all events of an account are on one partition. */
  readonly ordinal: bigint;
  readonly version: bigint;
  readonly changedBy: Cents;
  readonly newBalance: Cents;
  readonly fromTo: string;
  readonly description: string;
  readonly transferId: CommandId | null;
  readonly changedAt: Date;
} & Written;

/** How the bank answered the opening of an account: an IBAN, or the reason why there is none. */
export type Opening =
  | { readonly id: CommandId; readonly iban: Iban; readonly reason: null }
  | { readonly id: CommandId; readonly iban: null; readonly reason: string };

/** How the bank answered a transfer: no reason means that it was confirmed. What its headers do not say is null. */
export type Settlement = {
  readonly id: CommandId;
  readonly reason: string | null;
  readonly command: { readonly partition: number | null; readonly offset: bigint | null; readonly writtenAt: Date | null };
  readonly settledAt: Date | null;
} & Written;

export type Unreadable = Position & { readonly reason: string };

export type Batch = {
  readonly changes: readonly Change[];
  /** Of each id the first answer, which is the one that counts. */
  readonly openings: readonly Opening[];
  readonly settlements: readonly Settlement[];
  readonly unreadable: readonly Unreadable[];
  /** How many messages there were. */
  readonly events: number;
  /** The next offset of each partition of which the batch holds something. */
  readonly next: readonly Position[];
};

type Meaning =
  | { readonly change: Change }
  | { readonly opening: Opening }
  | { readonly settlement: Settlement }
  | { readonly unreadable: string };

/** Sorts out what was received, in its order. */
export const batchOf = (received: readonly Received<ProjectedTopic>[]): Batch => {
  const changes: Change[] = [];
  const openings = new Map<CommandId, Opening>();
  const settlements = new Map<CommandId, Settlement>();
  const unreadable: Unreadable[] = [];
  for (const message of received) {
    const meaning = meaningOf(message);
    if ('change' in meaning) changes.push(meaning.change);
    else if ('opening' in meaning) keepFirst(openings, meaning.opening);
    else if ('settlement' in meaning) keepFirst(settlements, meaning.settlement);
    else unreadable.push({ ...positionOf(message.raw), reason: meaning.unreadable });
  }
  return {
    changes,
    openings: [...openings.values()],
    settlements: [...settlements.values()],
    unreadable,
    events: received.length,
    next: nextOffsets(received),
  };
};

const keepFirst = <V extends { readonly id: CommandId }>(known: Map<CommandId, V>, value: V): void => {
  if (!known.has(value.id)) known.set(value.id, value);
};

const positionOf = ({ topic, partition, offset }: Position): Position => ({ topic, partition, offset });

const meaningOf = (message: Received<ProjectedTopic>): Meaning => {
  if ('unreadable' in message) return { unreadable: message.unreadable };
  const { record } = message;
  switch (record.type) {
    case 'BalanceChanged':
      return changeIn(record.value, message.raw);
    case 'AccountCreationConfirmed': {
      const { id, iban } = record.value;
      return isOwnIban(iban) ? { opening: { id: commandIdOf(id), iban, reason: null } } : { unreadable: 'the IBAN is none of this bank' };
    }
    case 'AccountCreationFailed':
      return { opening: { id: commandIdOf(record.value.id), iban: null, reason: storable(record.value.reason) } };
    case 'MoneyTransferConfirmed':
      return settlementIn(record.value.id, null, message.raw);
    case 'MoneyTransferFailed':
      return settlementIn(record.value.id, storable(record.value.reason), message.raw);
  }
};

type Raw = Received<ProjectedTopic>['raw'];

const writtenAs = (raw: Raw): Written => ({ partition: raw.partition, offset: raw.offset, publishedAt: writtenAtOf(raw) });

const settlementIn = (id: Uint8Array, reason: string | null, raw: Raw): Meaning => {
  const offset = numberIn(raw, commandHeaders.offset);
  const partition = numberIn(raw, commandHeaders.partition);
  return {
    settlement: {
      id: commandIdOf(id),
      reason,
      command: {
        partition: partition === null || partition > maxInt4 ? null : Number(partition),
        offset,
        writtenAt: timeIn(raw, commandHeaders.timestamp),
      },
      settledAt: timeIn(raw, commandHeaders.settledAt),
      ...writtenAs(raw),
    },
  };
};

const maxInt4 = 2n ** 31n - 1n;

type BalanceChanged = Extract<Received<'balance_changed'>, { readonly record: unknown }>['record']['value'];

const changeIn = (event: BalanceChanged, raw: Raw): Meaning => {
  const { iban, version, changed_by: changedBy, new_balance: newBalance, transfer_id: transferId } = event;
  const changedAt = event.changed_at.getTime() === 0 ? new Date(raw.timestampMs) : event.changed_at;
  if (!isOwnIban(iban)) return { unreadable: 'the IBAN is none of this bank' };
  // Streams of all accounts go by the places in each partition: an account that moves between them would make gaps for others.
  const rightful = partitionOf(iban, topics.balance_changed.partitions);
  if (raw.partition !== rightful) return { unreadable: `it belongs on partition ${rightful}` };
  if (version < 0n) return { unreadable: `the version is ${version}` };
  if (!isStorable(changedAt)) return { unreadable: 'the time of the change is out of range' };
  if (!fitsCents(changedBy) || !fitsCents(newBalance)) return { unreadable: 'an amount does not fit 64 bits' };
  return {
    change: {
      iban,
      ordinal: version === 0n ? raw.offset + 1n : version,
      version,
      changedBy,
      newBalance,
      fromTo: storable(event.from_to),
      description: storable(event.description),
      transferId: transferId === null ? null : commandIdOf(transferId),
      changedAt,
      ...writtenAs(raw),
    },
  };
};

/** PostgreSQL holds any text but one with NUL. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');
