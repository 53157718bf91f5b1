/** Changes of balances into the table of transactions: each (iban, version) once, in order, and what contradicts it stops its account. */
import type { PoolClient } from 'pg';
import { arrayLiteral } from '@bank/service/database';
import type { Iban } from '@bank/topology';
import type { Change } from './batch.ts';
import { namesOf, parametersOf, valuesOf, type Columns } from './columns.ts';
import { findEnds, reckonEnd, unmovedEnd, writeEnds, type Account, type End } from './ends.ts';

/** An event that cannot be true beside what was known of its account, where it stands, and why. */
export type Contradiction = {
  readonly iban: Iban;
  readonly version: bigint;
  readonly partition: number;
  readonly offset: bigint;
  readonly why: 'another event bears the same version' | 'the account is numbered' | 'the account is unnumbered';
};

export type Changed = {
  readonly transactionsAdded: number;
  /** Accounts that are stopped from now on, with the event that contradicts what was known. */
  readonly stopped: readonly Contradiction[];
  /** Accounts of which readers see more. */
  readonly moved: readonly Iban[];
};

/**
 * Adds the changes that are not there yet, and moves the ends of their accounts.
 *
 * @param accounts as `lockAccounts` gave them
 */
export const projectChanges = async (client: PoolClient, changes: readonly Change[], accounts: Accounts): Promise<Changed> => {
  const { fitting, contradictions } = sorted(changes, accounts);
  const { ends, unreckoned } = reckoned(fitting, accounts, contradictions);
  const [added] = await Promise.all([
    insert(client, fitting, new Map(ends.flatMap(({ delayed }) => [...delayed]))),
    ends.length > 0 ? writeEnds(client, ends) : undefined,
  ]);
  // Most of what is there already is the same event once more.
  if (added < fitting.length) contradictions.push(...(await differing(client, fitting)));
  const stopped = contradictions.length > 0 ? await stopAccounts(client, contradictions) : [];
  const found = unreckoned.length > 0 ? await findEnds(client, unreckoned) : [];
  return { transactionsAdded: added, stopped, moved: [...found, ...ends.filter(({ last }) => last).map(({ iban }) => iban)] };
};

export type Accounts = ReadonlyMap<Iban, Account>;

/** Which changes are of the kind of their account, numbered or not, and which contradict it. */
const sorted = (changes: readonly Change[], accounts: Accounts): { readonly fitting: readonly Change[]; readonly contradictions: Contradiction[] } => {
  const fitting: Change[] = [];
  const contradictions: Contradiction[] = [];
  for (const change of changes) {
    const isNumbered = accounts.get(change.iban)?.isNumbered;
    if (isNumbered === change.version > 0n) fitting.push(change);
    else contradictions.push(contradictionOf(change, isNumbered ? 'the account is numbered' : 'the account is unnumbered'));
  }
  return { fitting, contradictions };
};

const contradictionOf = ({ iban, version, partition, offset }: Change, why: Contradiction['why']): Contradiction => ({
  iban, version, partition, offset, why,
});

/** The ends that can be reckoned, and the accounts of which the database has to find them. */
const reckoned = (
  changes: readonly Change[],
  accounts: Accounts,
  contradictions: readonly Contradiction[],
): { readonly ends: readonly End[]; readonly unreckoned: readonly Iban[] } => {
  const contradicted = new Set(contradictions.map(({ iban }) => iban));
  const ends: End[] = [];
  const unreckoned: Iban[] = [];
  for (const [iban, ofAccount] of Map.groupBy(changes, change => change.iban)) {
    const account = accounts.get(iban);
    const end = account && (unmovedEnd(account, ofAccount) ?? (contradicted.has(iban) ? undefined : reckonEnd(account, ofAccount)));
    if (end) ends.push(end);
    else unreckoned.push(iban);
  }
  return { ends, unreckoned };
};

/**
 * Locks the accounts of changes until the transaction ends, and makes those that are not there: while partitions change hands two instances
 * may project one account, and who comes second has to see what the first added. An account is numbered or not as its first event is. The
 * first statement only reads.
 */
export const lockAccounts = async (client: PoolClient, changes: readonly Change[]): Promise<Accounts> => {
  const kinds = new Map<Iban, boolean>();
  for (const { iban, version } of changes) if (!kinds.has(iban)) kinds.set(iban, version > 0n);
  const locked = await lock(client, [...kinds.keys()]);
  const unused = [...kinds].filter(([iban]) => (locked.get(iban)?.isNumbered ?? null) === null);
  if (unused.length === 0) return locked;
  await client.query({
    name: 'make-accounts',
    text: `insert into accounts (iban, ordinal, balance, is_numbered)
           select iban, 0, 0, is_numbered from unnest($1::text[], $2::boolean[]) as first (iban, is_numbered) order by iban
           on conflict (iban) do update set is_numbered = excluded.is_numbered where accounts.is_numbered is null`,
    values: [unused.map(([iban]) => iban), unused.map(([, isNumbered]) => isNumbered)].map(arrayLiteral),
  });
  return lock(client, [...kinds.keys()]);
};

const lock = async (client: PoolClient, ibans: readonly Iban[]): Promise<Accounts> => {
  const { rows } = await client.query<Account>({
    name: 'lock-accounts',
    text: `select iban, ordinal, newest, is_numbered as "isNumbered", stopped_offset as "stoppedOffset"
           from accounts where iban = any($1) order by iban for update`,
    values: [arrayLiteral(ibans)],
  });
  return new Map(rows.map(account => [account.iban, account]));
};

/** @param shown offsets of later events, with which some of the changes are seen; the others are seen with their own */
const insert = async (client: PoolClient, changes: readonly Change[], shown: ReadonlyMap<Change, bigint>): Promise<number> => {
  const { rowCount } = await client.query({
    name: 'insert-transactions',
    text: `insert into transactions (${names}, shown_offset)
           select ${names}, shown_offset from unnest(${parameters}, $${columns.length + 1}::bigint[]) as given (${names}, shown_offset)
           on conflict (iban, ordinal) do nothing`,
    values: [...valuesOf(columns, changes), arrayLiteral(changes.map(change => shown.get(change) ?? change.offset))],
  });
  return rowCount ?? 0;
};

/** Those changes whose place in the account another one has, with other content. */
const differing = async (client: PoolClient, changes: readonly Change[]): Promise<readonly Contradiction[]> => {
  const { rows } = await client.query<Pick<Change, 'partition' | 'offset'>>(
    `select given.kafka_partition as partition, given.kafka_offset as offset
     from unnest(${parameters}) as given (${names}) join transactions as known using (iban, ordinal)
     where (given.changed_by, given.new_balance, given.from_to, given.description, given.transfer_id)
         is distinct from (known.changed_by, known.new_balance, known.from_to, known.description, known.transfer_id)
       -- An event that does not say when it happened has the time of its record, which is another for each.
       or given.changed_at <> known.changed_at
         and not (given.changed_at = given.published_at and known.changed_at = known.published_at)`,
    valuesOf(columns, changes),
  );
  const places = new Set(rows.map(({ partition, offset }) => `${partition}/${offset}`));
  return changes
    .filter(({ partition, offset }) => places.has(`${partition}/${offset}`))
    .map(change => contradictionOf(change, 'another event bears the same version'));
};

/** From the first event on that contradicts what was known, readers see nothing of an account; gives those that are stopped anew. */
const stopAccounts = async (client: PoolClient, contradictions: readonly Contradiction[]): Promise<readonly Contradiction[]> => {
  const { rows } = await client.query<{ readonly iban: Iban; readonly offset: bigint }>(
    `update accounts set stopped_offset = first.stopped_offset
     from (select iban, min(stopped_offset) as stopped_offset from unnest($1::text[], $2::bigint[]) as given (iban, stopped_offset) group by iban) as first
     where accounts.iban = first.iban and (accounts.stopped_offset is null or accounts.stopped_offset > first.stopped_offset)
     returning accounts.iban, accounts.stopped_offset as offset`,
    [contradictions.map(({ iban }) => iban), contradictions.map(({ offset }) => offset)],
  );
  return contradictions.filter(({ iban, offset }) => rows.some(row => row.iban === iban && row.offset === offset));
};

/** Of a transaction. */
const columns: Columns<Change> = [
  ['iban', 'text', change => change.iban],
  ['ordinal', 'bigint', change => change.ordinal],
  ['version', 'bigint', change => change.version],
  ['changed_by', 'bigint', change => change.changedBy],
  ['new_balance', 'bigint', change => change.newBalance],
  ['from_to', 'text', change => change.fromTo],
  ['description', 'text', change => change.description],
  ['transfer_id', 'uuid', change => change.transferId],
  ['changed_at', 'timestamptz', change => change.changedAt],
  ['kafka_partition', 'integer', change => change.partition],
  ['kafka_offset', 'bigint', change => change.offset],
  ['published_at', 'timestamptz', change => change.publishedAt],
];

const names = namesOf(columns);
const parameters = parametersOf(columns);
