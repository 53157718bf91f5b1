/** Brings a batch into the tables, in one transaction. Projected twice, or anew from the first offset, it gives the same rows. */
import type { Pool, PoolClient } from 'pg';
import type { Position } from '@bank/messaging';
import { arrayLiteral, inTransaction } from '@bank/service/database';
import { company, type CommandId } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { accountKey, changesKey, commandKey, ring, userKey } from '../live/keys.ts';
import type { Batch, Opening, Settlement } from './batch.ts';
import { namesOf, parametersOf, valuesOf, type Columns } from './columns.ts';
import { lockAccounts, projectChanges, type Changed } from './events.ts';

/** What a batch changed. */
export type Projected = Omit<Changed, 'moved'> & {
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

/**
 * Projects a batch in a transaction of its own; those who wait for what it changes are woken by the commit. What does not need one another's
 * answer goes to the database at once: a batch goes there and back three times.
 */
export const project = (pool: Pool, batch: Batch): Promise<Projected> =>
  inTransaction(pool, (client, commit) => projectIn(client, commit, batch), { readsFirst: batch.changes.length > 0 });

const projectIn = async (client: PoolClient, commit: () => Promise<unknown>, batch: Batch): Promise<Projected> => {
  const { changes, openings, settlements, next } = batch;
  const accounts = changes.length > 0 ? await lockAccounts(client, changes) : undefined;
  const [changed, opened, settled] = await Promise.all([
    accounts ? projectChanges(client, changes, accounts) : nothingChanged,
    openings.length > 0 ? recordOpenings(client, openings) : [],
    settlements.length > 0 ? recordSettlements(client, settlements) : [],
    recordOffsets(client, next),
  ]);
  const { moved, ...told } = changed;
  const news = [...(moved.length > 0 ? [changesKey] : []), ...moved.map(accountKey)];
  const answered = [...opened.map(({ userId }) => userKey(userId)), ...settled.map(({ id }) => commandKey(id))];
  await Promise.all([ring(client, [...news, ...answered]), commit()]);
  return { ...told, opened, settled };
};

const nothingChanged: Changed = { transactionsAdded: 0, stopped: [], moved: [] };

/** Opened accounts, and whose they are. An IBAN is one user's: a bank that gives it to another as well, as one whose memory was lost may, is not believed. */
const recordOpenings = async (client: PoolClient, openings: readonly Opening[]): Promise<Projected['opened']> => {
  const ibans = openings.map(({ iban }) => iban);
  await client.query(
    `insert into accounts (iban, ordinal, balance) select distinct iban, 0, 0 from unnest($1::text[]) as iban
     where iban is not null order by iban on conflict do nothing`,
    [ibans],
  );
  const { rows } = await client.query<Projected['opened'][number]>(
    `update users set iban = answer.iban, creation_refusal = answer.reason
     from (
       select id, iban, reason, row_number() over (partition by iban order by place) as nth
       from unnest($1::uuid[], $2::text[], $3::text[]) with ordinality as given (id, iban, reason, place)) as answer
     where users.creation_id = answer.id and users.iban is null and users.creation_refusal is null
       and (answer.iban is null or (nth = 1 and not exists (select from users as other where other.iban = answer.iban)))
     returning users.id as "userId", users.creation_id as "creationId"`,
    [openings.map(({ id }) => id), ibans, openings.map(({ reason }) => reason)],
  );
  return rows;
};

/** The first feedback of a command is its outcome: what comes later changes nothing. */
const recordSettlements = async (client: PoolClient, settlements: readonly Settlement[]): Promise<Projected['settled']> => {
  const values = valuesOf(columns, settlements);
  const [, { rows }] = await Promise.all([
    client.query({
      name: 'insert-transfers',
      text: `insert into transfers (${namesOf(columns)}) select * from unnest(${parametersOf(columns)}) on conflict (id) do nothing`,
      values,
    }),
    client.query<Projected['settled'][number]>({
      name: 'settle-commands',
      text: `update commands set status = case when answer.reason is null then 'CONFIRMED' else 'REFUSED' end, reason = answer.reason
             from unnest($1::uuid[], $2::text[]) as answer (id, reason)
             where commands.id = answer.id and commands.status = 'PENDING'
             returning commands.id, commands.status`,
      values: values.slice(0, 2),
    }),
  ]);
  return rows;
};

/** Of a transfer. */
const columns: Columns<Settlement> = [
  ['id', 'uuid', settlement => settlement.id],
  ['reason', 'text', settlement => settlement.reason],
  ['command_partition', 'integer', ({ command }) => command.partition],
  ['command_offset', 'bigint', ({ command }) => command.offset],
  ['commanded_at', 'timestamptz', ({ command }) => command.writtenAt],
  ['settled_at', 'timestamptz', settlement => settlement.settledAt],
  ['kafka_partition', 'integer', settlement => settlement.partition],
  ['kafka_offset', 'bigint', settlement => settlement.offset],
  ['published_at', 'timestamptz', settlement => settlement.publishedAt],
];

/** A batch that comes again after a later one takes nothing back. */
const recordOffsets = async (client: PoolClient, next: readonly Position[]): Promise<void> => {
  await client.query({
    name: 'record-offsets',
    text: `insert into projected_offsets (topic, partition, next_offset)
     select * from unnest($1::text[], $2::integer[], $3::bigint[]) as next (topic, partition, next_offset) order by topic, partition
     on conflict (topic, partition) do update set next_offset = greatest(projected_offsets.next_offset, excluded.next_offset)`,
    values: [next.map(({ topic }) => topic), next.map(({ partition }) => partition), next.map(({ offset }) => offset)].map(arrayLiteral),
  });
};
