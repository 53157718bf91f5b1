/** The whole ledger as the messages it stands for, in their order and a page at a time: there may be millions. */
import pg from 'pg';
import type { Entry } from './entry.ts';
import { entryColumns, entryOf, type LedgerRow } from './statements.ts';

/** One message of an entry: the event of an account, or without one the feedback. */
export type MessageOfEntry = { readonly entry: Entry; readonly account: string | undefined };

export type Page = {
  readonly messages: readonly MessageOfEntry[];
  /** How many there are on all pages. */
  readonly total: bigint;
};

const messagesPerPage = 5_000;

/**
 * In the order of settling, but never an event before an earlier one of its account: clocks of two handlers may differ, and who began
 * first may have waited for the other. So an event's turn is the latest time at which its account was settled up to it.
 */
const messagesInTurn = `
  with chosen as (select * from ledger where settled_at >= $1),
  changes as (
    select id, settled_at, debtor as account, debit_version as nth from chosen where debit_version is not null
    union all
    select id, settled_at, creditor, credit_version from chosen where credit_version is not null),
  messages as (
    select id, account, nth, max(settled_at) over (partition by account order by nth) as turn from changes
    union all
    select id, null, 0, settled_at from chosen)
  select ${entryColumns}, account, (select count(*) + count(debit_version) + count(credit_version) from chosen) as total
  from messages join chosen using (id) left join accounts on iban = opened
  order by turn, nth, command_offset`;

/**
 * Reads the messages of all entries that were settled at a time or later, as of now: what is settled meanwhile is not among them.
 * PostgreSQL sorts them on its disk before the first page comes, about ten seconds for a million transfers.
 *
 * @param options.signal ends the pages when it aborts
 * @throws pg's DatabaseError
 */
export async function* readInTurn(
  pool: pg.Pool,
  { from, signal }: { readonly from: Date | undefined; readonly signal: AbortSignal },
): AsyncGenerator<Page, void, undefined> {
  // Without the pool's limits, which are there so that settling goes on: this one sorts for long, and is idle while others send.
  const { connectionString, types } = pool.options;
  const client = new pg.Client({ connectionString, types, connectionTimeoutMillis: 5_000 });
  // A connection that breaks fails the query that needs it; without a listener it would end the process.
  client.on('error', () => undefined);
  // Breaks off a query under way, which PostgreSQL notices by the setting below.
  const end = (): void => void client.end();
  try {
    signal.throwIfAborted();
    // To end it meanwhile would leave this waiting for ever.
    await client.connect();
    signal.addEventListener('abort', end, { once: true });
    signal.throwIfAborted();
    await client.query(`set client_connection_check_interval = '1s'; begin read only`);
    await client.query({ text: `declare messages no scroll cursor for ${messagesInTurn}`, values: [from ?? '-infinity'] });
    for (let isLast = false; !isLast;) {
      const { rows } = await client.query<LedgerRow & { account: string | null; total: bigint }>(`fetch ${messagesPerPage} from messages`);
      isLast = rows.length < messagesPerPage;
      yield { messages: rows.map(row => ({ entry: entryOf(row), account: row.account ?? undefined })), total: rows[0]?.total ?? 0n };
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', end);
    await client.end();
  }
}
