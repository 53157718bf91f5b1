/** The statements of a settlement, each for a whole batch at once. They run inside its transaction. */
import type { PoolClient } from 'pg';
import type { Position } from '@bank/messaging';
import { arrayLiteral, type ArrayElement } from '@bank/service/database';
import { cents, commandIdOf, type AccountType, type CommandId, type Iban, type Reason, type Token } from '@bank/topology';
import type { Account, Change } from '../account/account.ts';
import type { NewAccount } from '../account/opening.ts';
import type { CommandTopic } from './command.ts';
import type { Entry, Outcome } from './entry.ts';

/**
 * How PostgreSQL plans the statements: once for each connection, not for each batch, which would take it half as long as to run them;
 * and by keys only, for all of them go by keys and a plan may have been made while a table was still empty.
 */
export const planning = { plan_cache_mode: 'force_generic_plan', enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' };

/** Locks accounts until the transaction ends, in the order of their IBANs, so that two handlers never wait for each other's. */
export const lockAccounts = async (client: PoolClient, ibans: readonly string[]): Promise<Map<string, Account>> => {
  const { rows } = await client.query<{ iban: Iban; token: Token; balance: bigint; version: bigint }>({
    name: 'lock-accounts',
    text: 'select iban, token, balance, version from accounts where iban = any($1) order by iban for update',
    values: [arrayLiteral(ibans)],
  });
  return new Map(rows.map(row => [row.iban, { ...row, balance: cents(row.balance) }]));
};

/** What an entry is made of, from the ledger and the account that it opened. */
export const entryColumns = `uuid_send(id) as id_bytes, encode(content, 'hex') as content, command_topic, command_partition, command_offset, command_timestamp, settled_at,
  reason, opened, token, account_type, debtor, creditor, amount, description, debit_balance, debit_version, credit_balance, credit_version`;

/** The entries of commands that were settled before. */
export const readLedger = async (client: PoolClient, ids: readonly CommandId[]): Promise<Map<CommandId, Entry>> => {
  const { rows } = await client.query<LedgerRow>({
    name: 'read-ledger',
    text: `select ${entryColumns} from ledger left join accounts on iban = opened where id = any($1)`,
    values: [arrayLiteral(ids)],
  });
  return new Map(rows.map(row => [commandIdOf(row.id_bytes), entryOf(row)]));
};

/** Inserts new accounts; gives those whose IBANs were not taken, by others or by one before it in the list. */
export const insertAccounts = async (client: PoolClient, accounts: readonly NewAccount[]): Promise<readonly NewAccount[]> => {
  const { rows } = await client.query<{ iban: Iban; token: Token }>({
    name: 'insert-accounts',
    text: `insert into accounts (iban, token, account_type, balance)
           select iban, token, account_type, 0 from unnest($1::text[], $2::text[], $3::text[]) as new (iban, token, account_type)
           on conflict (iban) do nothing returning iban, token`,
    values: [accounts.map(({ iban }) => iban), accounts.map(({ token }) => token), accounts.map(({ accountType }) => accountType)].map(arrayLiteral),
  });
  const inserted = new Map(rows.map(({ iban, token }) => [iban, token]));
  return accounts.filter(({ iban, token }) => inserted.get(iban) === token);
};

const moved = ({ outcome }: Entry): Extract<Outcome, { type: 'money moved' }> | undefined => (outcome.type === 'money moved' ? outcome : undefined);

/** The columns of the ledger that differ in each entry: name, type as a parameter, value, and how the parameter is read. */
const columns: readonly (readonly [name: string, type: string, value: (entry: Entry) => ArrayElement, read?: string])[] = [
  ['id', 'uuid', entry => entry.id],
  ['content', 'text', entry => entry.content, `decode(content, 'hex')`],
  ['command_topic', 'text', entry => entry.position.topic],
  ['command_partition', 'integer', entry => entry.position.partition],
  ['command_offset', 'bigint', entry => entry.position.offset],
  ['command_timestamp', 'bigint', entry => entry.position.timestampMs],
  ['reason', 'text', ({ outcome }) => (outcome.type === 'refused' ? outcome.reason : null)],
  ['opened', 'text', ({ outcome }) => (outcome.type === 'account opened' ? outcome.iban : null)],
  ['debtor', 'text', entry => moved(entry)?.from],
  ['creditor', 'text', entry => moved(entry)?.to],
  ['amount', 'bigint', entry => moved(entry)?.amount],
  ['description', 'text', entry => moved(entry)?.description],
  ['debit_balance', 'bigint', entry => moved(entry)?.debit?.newBalance],
  ['debit_version', 'bigint', entry => moved(entry)?.debit?.version],
  ['credit_balance', 'bigint', entry => moved(entry)?.credit?.newBalance],
  ['credit_version', 'bigint', entry => moved(entry)?.credit?.version],
];

/** What a settlement changes, besides accounts that it opens. */
export type Changes = {
  readonly accounts: readonly Account[];
  readonly entries: readonly Entry[];
  /** When all of them were settled. */
  readonly settledAt: Date;
  /** How far partitions are settled: the next offset of each that is not. What is further already stays. */
  readonly offsets: readonly Position[];
};

const writeEverything = `
  with balances as (
    update accounts set balance = new.balance, version = new.version
    from unnest($1::text[], $2::bigint[], $3::bigint[]) as new (iban, balance, version) where accounts.iban = new.iban),
  progress as (
    insert into settled_offsets as known (topic, partition, next_offset) select * from unnest($4::text[], $5::integer[], $6::bigint[])
    on conflict (topic, partition) do update set next_offset = greatest(known.next_offset, excluded.next_offset))
  insert into ledger (settled_at, ${columns.map(([name]) => name).join(', ')})
  select $7::timestamptz, ${columns.map(([name, , , read = name]) => read).join(', ')}
  from unnest(${columns.map(([, type], at) => `$${at + 8}::${type}[]`).join(', ')}) as new (${columns.map(([name]) => name).join(', ')})`;

/**
 * Writes all changes in one statement, so that they stand or fall together wherever it fails. An id that another handler stored
 * meanwhile is a unique violation.
 *
 * @throws Error at once, not by its promise, when the statement cannot be made: who sends a commit beside it does not come to that
 */
export const writeChanges = (client: PoolClient, { accounts, entries, settledAt, offsets: unordered }: Changes): Promise<unknown> => {
  // In one order, so that two handlers never wait for each other: the sort is of "topic/partition" as text, which serves.
  const offsets = unordered.toSorted((a, b) => (`${a.topic}/${a.partition}` < `${b.topic}/${b.partition}` ? -1 : 1));
  const values: readonly (readonly ArrayElement[])[] = [
    accounts.map(({ iban }) => iban), accounts.map(({ balance }) => balance), accounts.map(({ version }) => version),
    offsets.map(({ topic }) => topic), offsets.map(({ partition }) => partition), offsets.map(({ offset }) => offset),
  ];
  const ofEntries = columns.map(([, , value]) => arrayLiteral(entries.map(value)));
  return client.query({ name: 'write-changes', text: writeEverything, values: [...values.map(arrayLiteral), settledAt, ...ofEntries] });
};

export type LedgerRow = {
  id_bytes: Buffer;
  content: string;
  command_topic: CommandTopic;
  command_partition: number;
  command_offset: bigint;
  command_timestamp: bigint;
  settled_at: Date;
  reason: Reason | null;
  opened: Iban | null;
  token: Token | null;
  account_type: AccountType | null;
  debtor: string | null;
  creditor: string | null;
  amount: bigint | null;
  description: string | null;
  debit_balance: bigint | null;
  debit_version: bigint | null;
  credit_balance: bigint | null;
  credit_version: bigint | null;
};

export const entryOf = (row: LedgerRow): Entry => ({
  id: commandIdOf(row.id_bytes),
  content: row.content,
  position: { topic: row.command_topic, partition: row.command_partition, offset: row.command_offset, timestampMs: Number(row.command_timestamp) },
  settledAt: row.settled_at,
  outcome: outcomeOf(row),
});

const outcomeOf = (row: LedgerRow): Outcome => {
  const { reason, opened, token, account_type: accountType, debtor: from, creditor: to, amount, description } = row;
  if (reason !== null) return { type: 'refused', reason };
  if (opened !== null && token !== null && accountType !== null) return { type: 'account opened', iban: opened, token, accountType };
  if (amount === null || from === null || to === null || description === null) throw new Error('an entry of the ledger is incomplete');
  return {
    type: 'money moved',
    from,
    to,
    amount: cents(amount),
    description,
    debit: changeOf(-amount, row.debit_balance, row.debit_version),
    credit: changeOf(amount, row.credit_balance, row.credit_version),
  };
};

const changeOf = (changedBy: bigint, balance: bigint | null, version: bigint | null): Change | undefined =>
  balance === null || version === null ? undefined : { changedBy: cents(changedBy), newBalance: cents(balance), version };
