/**
 * How far an account can be seen. Its end is the newest transaction before which none is missing, for a change may overtake an earlier one:
 * then readers see neither until both are there, and the place where the last of them stands is where they see them.
 */
import type { PoolClient } from 'pg';
import { arrayLiteral } from '@bank/service/database';
import type { Iban } from '@bank/topology';
import type { Change } from './batch.ts';

/** An account before a batch. */
export type Account = {
  readonly iban: Iban;
  /** Its end. */
  readonly ordinal: bigint;
  /** The highest ordinal that is stored. */
  readonly newest: bigint;
  /** Whether its events bear versions; null before the first. */
  readonly isNumbered: boolean | null;
  readonly stoppedOffset: bigint | null;
};

/** Where an account ends after a batch. */
export type End = {
  readonly iban: Iban;
  readonly ordinal: bigint;
  readonly newest: bigint;
  /** The newest transaction that is seen because of the batch; undefined when none is. */
  readonly last: Change | undefined;
  /** The changes that are seen with a later event than their own, and its offset. */
  readonly delayed: ReadonlyMap<Change, bigint>;
};

/**
 * The end of an account that some changes cannot move: one that is stopped, or whose next version is not among them. However much is stored
 * beyond its end, it need not be read. Undefined when it may move.
 */
export const unmovedEnd = ({ iban, ordinal, newest, isNumbered, stoppedOffset }: Account, changes: readonly Change[]): End | undefined => {
  const hasNext = isNumbered !== true || changes.some(change => change.ordinal === ordinal + 1n);
  if (stoppedOffset === null && hasNext) return undefined;
  const highest = changes.reduce((most, change) => (change.ordinal > most ? change.ordinal : most), newest);
  return { iban, ordinal, newest: highest, last: undefined, delayed: new Map() };
};

/**
 * Where an account that may move ends after some changes, in the order of the log. Undefined when they alone do not tell: when something is
 * stored that is not seen, or one of them may be there already. Then the database has to find it.
 */
export const reckonEnd = ({ iban, ordinal, newest, isNumbered }: Account, changes: readonly Change[]): End | undefined => {
  if (newest !== ordinal) return undefined;
  const inOrder = changes.toSorted((a, b) => (a.ordinal < b.ordinal ? -1 : a.ordinal > b.ordinal ? 1 : 0));
  const delayed = new Map<Change, bigint>();
  let [end, shown, before] = [ordinal, -1n, ordinal];
  let last: Change | undefined;
  for (const change of inOrder) {
    if (change.ordinal <= before) return undefined;
    before = change.ordinal;
    if (isNumbered === true && change.ordinal !== end + 1n) continue;
    [end, last] = [change.ordinal, change];
    if (change.offset > shown) shown = change.offset;
    else delayed.set(change, shown);
  }
  return { iban, ordinal: end, newest: before, last, delayed };
};

/** Writes down ends that were reckoned. */
export const writeEnds = async (client: PoolClient, ends: readonly End[]): Promise<void> => {
  await client.query({
    name: 'write-ends',
    text: `update accounts set ordinal = moved.ordinal, newest = moved.newest,
             balance = coalesce(moved.balance, accounts.balance), changed_at = coalesce(moved.changed_at, accounts.changed_at)
           from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::timestamptz[]) as moved (iban, ordinal, newest, balance, changed_at)
           where accounts.iban = moved.iban`,
    values: [
      ends.map(({ iban }) => iban),
      ends.map(({ ordinal }) => ordinal),
      ends.map(({ newest }) => newest),
      ends.map(({ last }) => last?.newBalance),
      ends.map(({ last }) => last?.changedAt),
    ].map(arrayLiteral),
  });
};

/** Finds the ends of accounts by all that is stored; gives those that moved. Unnumbered ones are in order as they come. */
export const findEnds = async (client: PoolClient, ibans: readonly Iban[]): Promise<readonly Iban[]> => {
  const { rows } = await client.query<{ readonly iban: Iban; readonly hasMoved: boolean }>({
    name: 'find-ends',
    text: `with following as (
       select iban, transactions.ordinal, new_balance, transactions.changed_at, shown_offset, stopped_offset,
         version = 0 or transactions.ordinal = accounts.ordinal + row_number() over earlier as is_next,
         max(kafka_offset) over earlier as shown
       from transactions join accounts using (iban)
       where iban = any($1) and transactions.ordinal > accounts.ordinal
       window earlier as (partition by iban order by transactions.ordinal)),
     seen as (select * from following where is_next and (stopped_offset is null or shown < stopped_offset)),
     delayed as (
       update transactions set shown_offset = seen.shown from seen
       where transactions.iban = seen.iban and transactions.ordinal = seen.ordinal and seen.shown <> seen.shown_offset),
     last_seen as (select distinct on (iban) iban, ordinal, new_balance, changed_at from seen order by iban, ordinal desc),
     last_stored as (select iban, max(ordinal) as ordinal from following group by iban)
     update accounts set
       ordinal = coalesce(last_seen.ordinal, accounts.ordinal),
       balance = coalesce(last_seen.new_balance, accounts.balance),
       changed_at = coalesce(last_seen.changed_at, accounts.changed_at),
       newest = greatest(last_stored.ordinal, accounts.newest)
     from last_stored left join last_seen using (iban)
     where accounts.iban = last_stored.iban
     returning accounts.iban, last_seen.ordinal is not null as "hasMoved"`,
    values: [arrayLiteral(ibans)],
  });
  return rows.filter(({ hasMoved }) => hasMoved).map(({ iban }) => iban);
};
