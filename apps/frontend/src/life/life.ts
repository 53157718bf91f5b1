/** A transfer's life as the app knows it, read from the bank's text. */
import { isOwnIban, type Cents, type Iban } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { readCents, readDateTime, readIban } from '../api/scalars.ts';
import type { transferQuery } from './documents.ts';

/** Where a record stands on Kafka, and when it was written there. */
export type RecordPlace = {
  readonly topic: string;
  readonly partition: number;
  /** 64-bit, as text. */
  readonly offset: string;
  readonly writtenAt: Date;
}

/** A balance that the transfer changed. */
export type LifeChange = {
  readonly id: string;
  readonly iban: Iban;
  readonly changedBy: Cents;
  readonly newBalance: Cents;
  readonly record: RecordPlace;
}

/** What left no trace is null. */
export type Life = {
  readonly id: string;
  readonly status: 'PENDING' | 'CONFIRMED' | 'REFUSED';
  readonly reason: string | null;
  readonly amount: Cents | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly description: string | null;
  readonly command: RecordPlace | null;
  readonly settledAt: Date | null;
  readonly feedback: RecordPlace | null;
  readonly changes: readonly LifeChange[];
}

type WireLife = NonNullable<ResultOf<typeof transferQuery>['transfer']>;
type WirePlace = NonNullable<WireLife['command']>;

const readPlace = (place: WirePlace): RecordPlace => ({ ...place, writtenAt: readDateTime(place.writtenAt) });

/** @throws TypeError when the bank breaks its contract */
export const readLife = (life: WireLife): Life => ({
  ...life,
  amount: life.amount === null ? null : readCents(life.amount),
  command: life.command === null ? null : readPlace(life.command),
  settledAt: life.settledAt === null ? null : readDateTime(life.settledAt),
  feedback: life.feedback === null ? null : readPlace(life.feedback),
  changes: life.changes.map(({ transaction: { id, iban, changedBy, newBalance }, record }) => ({
    id,
    iban: readIban(iban),
    changedBy: readCents(changedBy),
    newBalance: readCents(newBalance),
    record: readPlace(record),
  })),
});

/**
 * Whether more of it is bound to come: the answer and the changes are read from other partitions, so a transfer may be confirmed a moment
 * before all of its life is there.
 *
 * @param seesAll whether changes of every account are shown: those of a client are only the client's own
 */
export const isUnfinished = ({ status, feedback, changes, from, to }: Life, seesAll: boolean): boolean => {
  if (status === 'PENDING' || feedback === null) return true;
  const accounts = seesAll ? [from, to].filter(party => party !== null && isOwnIban(party)).length : 1;
  return status === 'CONFIRMED' && changes.length < accounts;
};
