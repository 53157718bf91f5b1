/** What a batch of messages means for the tables. Pure. */
import { nextOffsets, type Position, type Received } from '@bank/messaging';
import { commandIdOf, fitsCents, isOwnIban, type Cents, type CommandId, type Iban } from '@bank/topology';

/** The topics that are projected, by one consumer: all members of a group subscribe to the same. */
export const projectedTopics = ['balance_changed', 'account_creation_feedback', 'money_transfer_feedback'] as const;

export type ProjectedTopic = (typeof projectedTopics)[number];

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
  readonly partition: number;
  readonly offset: bigint;
};

/** How the bank answered the opening of an account: an IBAN, or the reason why there is none. */
export type Opening =
  | { readonly id: CommandId; readonly iban: Iban; readonly reason: null }
  | { readonly id: CommandId; readonly iban: null; readonly reason: string };

/** How the bank answered a transfer: no reason means that it was confirmed. */
export type Settlement = { readonly id: CommandId; readonly reason: string | null };

export type Unreadable = Position & { readonly reason: string };

export type Batch = {
  readonly changes: readonly Change[];
  /** Of each id the first answer, which is the one that counts. */
  readonly openings: readonly Opening[];
  readonly settlements: readonly Settlement[];
  readonly unreadable: readonly Unreadable[];
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
  return { changes, openings: [...openings.values()], settlements: [...settlements.values()], unreadable, next: nextOffsets(received.map(({ raw }) => raw)) };
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
      return { settlement: { id: commandIdOf(record.value.id), reason: null } };
    case 'MoneyTransferFailed':
      return { settlement: { id: commandIdOf(record.value.id), reason: storable(record.value.reason) } };
  }
};

type BalanceChanged = Extract<Received<'balance_changed'>, { readonly record: unknown }>['record']['value'];

const changeIn = (event: BalanceChanged, at: Position & { readonly timestampMs: number }): Meaning => {
  const { iban, version, changed_by: changedBy, new_balance: newBalance, transfer_id: transferId } = event;
  const changedAt = event.changed_at.getTime() === 0 ? new Date(at.timestampMs) : event.changed_at;
  if (!isOwnIban(iban)) return { unreadable: 'the IBAN is none of this bank' };
  if (version < 0n) return { unreadable: `the version is ${version}` };
  if (!isStorable(changedAt)) return { unreadable: 'the time of the change is out of range' };
  if (!fitsCents(changedBy) || !fitsCents(newBalance)) return { unreadable: 'an amount does not fit 64 bits' };
  return {
    change: {
      iban,
      ordinal: version === 0n ? at.offset + 1n : version,
      version,
      changedBy,
      newBalance,
      fromTo: storable(event.from_to),
      description: storable(event.description),
      transferId: transferId === null ? null : commandIdOf(transferId),
      changedAt,
      partition: at.partition,
      offset: at.offset,
    },
  };
};

const earliest = Date.UTC(1970);
const latest = Date.UTC(10_000);

/** Whether a time is one that PostgreSQL and the API can both tell; NaN is none. */
const isStorable = (time: Date): boolean => time.getTime() >= earliest && time.getTime() < latest;

/** PostgreSQL holds any text but one with NUL. */
const storable = (text: string): string => text.replaceAll('\0', '\uFFFD');
