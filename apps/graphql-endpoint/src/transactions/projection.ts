/** Brings a batch into the tables, in one transaction. Projected twice, or anew from the first offset, it gives the same rows. */
import type { PoolClient } from 'pg';
import type { Position } from '@bank/messaging';
import { company, type CommandId, type Iban } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { accountKey, commandKey, ring, userKey } from '../live/keys.ts';
import type { Batch, Change, Opening, Settlement } from './batch.ts';

/** What a batch changed. */
export type Projected = {
  readonly transactionsAdded: number;
  readonly opened: readonly { readonly userId: UserId; readonly creationId: CommandId }[];
  readonly settled: readonly { readonly id: CommandId; readonly status: 'CONFIRMED' | 'REFUSED' }[];
};

/** Makes the account that is there before any event. */
export const projectCompany = async (client: Pick<PoolClient, 'query'>): Promise<void> => {
  await client.query('insert into accounts (iban, ordinal, balance) values ($1, 0, $2) on conflict do nothing', [
    company.iban,
    company.openingBalance,
  ]);
};

/** Projects a batch within the client's transaction; those who wait for what it changes are woken by the commit. */
export const project = async (client: PoolClient, { changes, openings, settlements, next }: Batch): Promise<Projected> => {
  const transactionsAdded = await addTransactions(client, changes);
  const moved = transactionsAdded > 0 ? await moveEnds(client, ibansOf(changes)) : [];
  const opened = openings.length > 0 ? await recordOpenings(client, openings) : [];
  const settled = settlements.length > 0 ? await recordSettlements(client, settlements) : [];
  await recordOffsets(client, next);
  const answered = [...opened.map(({ userId }) => userKey(userId)), ...settled.map(({ id }) => commandKey(id))];
  await ring(client, [...moved.map(accountKey), ...answered]);
  return { transactionsAdded, opened, settled };
};

const ibansOf = (changes: readonly Change[]): readonly Iban[] => [...new Set(changes.map(({ iban }) => iban))];

/** Adds the changes that are not there yet; gives how many. */
const addTransactions = async (client: PoolClient, changes: readonly Change[]): Promise<number> => {
  if (changes.length === 0) return 0;
  const ibans = ibansOf(changes);
  await client.query(
    'insert into accounts (iban, ordinal, balance) select iban, 0, 0 from unnest($1::text[]) as iban order by iban on conflict do nothing',
    [ibans],
  );
  // While partitions change hands two instances may project one account: who comes second has to see what the first added.
  await client.query('select from accounts where iban = any($1) order by iban for update', [ibans]);
  const { rowCount } = await client.query(
    `insert into transactions (iban, ordinal, version, changed_by, new_balance, from_to, description, transfer_id, changed_at,
       kafka_partition, kafka_offset)
     select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::uuid[],
       $9::timestamptz[], $10::integer[], $11::bigint[])
     on conflict (iban, ordinal) do nothing`,
    [
      changes.map(({ iban }) => iban),
      changes.map(({ ordinal }) => ordinal),
      changes.map(({ version }) => version),
      changes.map(({ changedBy }) => changedBy),
      changes.map(({ newBalance }) => newBalance),
      changes.map(({ fromTo }) => fromTo),
      changes.map(({ description }) => description),
      changes.map(({ transferId }) => transferId),
      changes.map(({ changedAt }) => changedAt),
      changes.map(({ partition }) => partition),
      changes.map(({ offset }) => offset),
    ],
  );
  return rowCount ?? 0;
};

/**
 * Moves the end of each account to the newest transaction before which none is missing, for a change may overtake an earlier one: then
 * readers see neither until both are there. Unnumbered ones are in order as they come.
 */
const moveEnds = async (client: PoolClient, ibans: readonly Iban[]): Promise<readonly Iban[]> => {
  const { rows } = await client.query<{ readonly iban: Iban }>(
    `update accounts set ordinal = newest.ordinal, balance = newest.new_balance
     from (
       select distinct on (iban) iban, ordinal, new_balance
       from (
         select iban, transactions.ordinal, new_balance, version, accounts.ordinal as seen,
           row_number() over (partition by iban order by transactions.ordinal) as nth
         from transactions join accounts using (iban)
         where iban = any($1) and transactions.ordinal > accounts.ordinal) as following
       where version = 0 or ordinal = seen + nth
       order by iban, ordinal desc) as newest
     where accounts.iban = newest.iban
     returning accounts.iban`,
    [ibans],
  );
  return rows.map(({ iban }) => iban);
};

/** An IBAN is one user's: a bank that gives it to another as well, as one whose memory was lost may, is not believed. */
const recordOpenings = async (client: PoolClient, openings: readonly Opening[]): Promise<Projected['opened']> => {
  const { rows } = await client.query<Projected['opened'][number]>(
    `update users set iban = answer.iban, creation_refusal = answer.reason
     from (
       select id, iban, reason, row_number() over (partition by iban order by place) as nth
       from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as given (id, iban, reason, place)) as answer
     where users.creation_id = answer.id and users.iban is null and users.creation_refusal is null
       and (answer.iban is null or (nth = 1 and not exists (select from users as other where other.iban = answer.iban)))
     returning users.id as "userId", users.creation_id as "creationId"`,
    [openings.map(({ id }) => id), openings.map(({ iban }) => iban), openings.map(({ reason }) => reason)],
  );
  return rows;
};

/** The first feedback of a command is its outcome: what comes later changes nothing. */
const recordSettlements = async (client: PoolClient, settlements: readonly Settlement[]): Promise<Projected['settled']> => {
  const { rows } = await client.query<Projected['settled'][number]>(
    `update commands set status = case when answer.reason is null then 'CONFIRMED' else 'REFUSED' end, reason = answer.reason
     from unnest($1::uuid[], $2::text[]) as answer (id, reason)
     where commands.id = answer.id and commands.status = 'PENDING'
     returning commands.id, commands.status`,
    [settlements.map(({ id }) => id), settlements.map(({ reason }) => reason)],
  );
  return rows;
};

/** A batch that comes again after a later one takes nothing back. */
const recordOffsets = async (client: PoolClient, next: readonly Position[]): Promise<void> => {
  await client.query(
    `insert into projected_offsets (topic, partition, next_offset)
     select * from unnest($1::text[], $2::integer[], $3::bigint[]) as next (topic, partition, next_offset) order by topic, partition
     on conflict (topic, partition) do update set next_offset = greatest(projected_offsets.next_offset, excluded.next_offset)`,
    [next.map(({ topic }) => topic), next.map(({ partition }) => partition), next.map(({ offset }) => offset)],
  );
};
