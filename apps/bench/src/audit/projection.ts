/** The endpoint's projection in its database as it was at one moment. */
import { hash } from 'node:crypto';
import pg from 'pg';
import { commandIdOf } from '@bank/topology';
import { digestBytes, partitionNameOf, type Readable } from './place.ts';
import type { Snapshot } from './snapshot.ts';

/** An account as readers see it. Money in cents. */
export type ProjectedAccount = {
  /** The newest transaction that is seen, 0 when there is none, and the balance that is shown. */
  readonly ordinal: bigint;
  readonly balance: bigint;
  /** The newest that is stored; beyond what is seen while one between is missing. */
  readonly newest: bigint;
  /** The balance that the newest that is seen leaves; undefined when it is not there. */
  readonly lastBalance: bigint | undefined;
  /** The balance that the version leaves at which the handler's database was; undefined when it is not there. */
  readonly balanceThen: bigint | undefined;
  /** From where on nothing is shown, because an event contradicts what was known. */
  readonly stoppedOffset: bigint | undefined;
};

export type Projection = {
  readonly accounts: ReadonlyMap<string, ProjectedAccount>;
  /** Of each account the digests of its rows, that of ordinal n at index n − 1. */
  readonly rows: Map<string, number[]>;
  readonly rowCount: number;
  /** The next offset of each partition that is not projected, by the partition's name: all before it is, and nothing beyond. */
  readonly projected: ReadonlyMap<string, bigint>;
};

/** A row of `transactions` as text, one column after the other. Times in milliseconds since 1970. */
export type Row = {
  readonly iban: string;
  readonly ordinal: string;
  readonly version: string;
  readonly changed_by: string;
  readonly new_balance: string;
  readonly from_to: string;
  readonly description: string;
  readonly transfer_id: string;
  readonly changed_at: string;
  readonly kafka_partition: string;
  readonly kafka_offset: string;
  readonly published_at: string;
};

const columns = `iban, ordinal::text, version::text, changed_by::text, new_balance::text, from_to, description,
  coalesce(transfer_id::text, '') as transfer_id, (extract(epoch from changed_at) * 1000)::bigint::text as changed_at,
  kafka_partition::text, kafka_offset::text, (extract(epoch from published_at) * 1000)::bigint::text as published_at`;

/** The row that an event has to become. */
export const rowOf = ({ raw, record: { value } }: Readable<'balance_changed'>): Row => ({
  iban: value.iban,
  // Events without a version have their place in the log instead.
  ordinal: String(value.version === 0n ? raw.offset + 1n : value.version),
  version: String(value.version),
  changed_by: String(value.changed_by),
  new_balance: String(value.new_balance),
  from_to: value.from_to,
  description: value.description,
  transfer_id: value.transfer_id === null ? '' : commandIdOf(value.transfer_id),
  changed_at: String(value.changed_at.getTime() === 0 ? raw.timestampMs : value.changed_at.getTime()),
  kafka_partition: String(raw.partition),
  kafka_offset: String(raw.offset),
  published_at: String(raw.timestampMs),
});

/** All of a row in a number; its columns stand in one order here and in `columns`. */
export const digestOfRow = (row: Row): number => hash('sha256', Object.values(row).join('\0'), 'buffer').readUIntBE(0, digestBytes);

const rowsAtOnce = 20_000;

/** Runs read-only statements that all see the same moment. */
const atOneMoment = async <T>(databaseUrl: string, read: (client: pg.Client) => Promise<T>): Promise<T> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    return await read(client);
  } finally {
    await client.end();
  }
};

/** How far the topics are projected, by the partitions' names. */
export const projectedOffsets = (databaseUrl: string): Promise<ReadonlyMap<string, bigint>> => atOneMoment(databaseUrl, readOffsets);

const readOffsets = async (client: pg.Client): Promise<ReadonlyMap<string, bigint>> => {
  const { rows } = await client.query<{ topic: string; partition: number; next_offset: string }>('select * from projected_offsets');
  return new Map(rows.map(row => [partitionNameOf(row), BigInt(row.next_offset)]));
};

/**
 * Reads all of it in one transaction.
 *
 * @param handlerAccounts what the handler's database held, earlier
 * @param onProgress told how many rows are read
 */
export const takeProjection = (databaseUrl: string, handlerAccounts: Snapshot['accounts'], onProgress: (rows: number) => void): Promise<Projection> =>
  atOneMoment(databaseUrl, async client => {
    const projected = await readOffsets(client);
    const accounts = await readAccounts(client, handlerAccounts);
    return { projected, accounts, ...(await readRows(client, onProgress)) };
  });

type AccountRow = Readonly<Record<'iban' | 'ordinal' | 'balance' | 'newest', string>> & Readonly<Record<'lastBalance' | 'balanceThen' | 'stoppedOffset', string | null>>;

const readAccounts = async (client: pg.Client, handlerAccounts: Snapshot['accounts']): Promise<Projection['accounts']> => {
  const { rows } = await client.query<AccountRow>(
    `select accounts.iban, accounts.ordinal, accounts.balance, accounts.newest, accounts.stopped_offset as "stoppedOffset",
       last.new_balance as "lastBalance", earlier.new_balance as "balanceThen"
     from accounts
     left join transactions as last on last.iban = accounts.iban and last.ordinal = accounts.ordinal
     left join unnest($1::text[], $2::bigint[]) as handler (iban, version) on handler.iban = accounts.iban
     left join transactions as earlier on earlier.iban = accounts.iban and earlier.ordinal = handler.version`,
    [[...handlerAccounts.keys()], [...handlerAccounts.values()].map(({ version }) => version)],
  );
  const orNothing = (text: string | null): bigint | undefined => (text === null ? undefined : BigInt(text));
  return new Map(rows.map(({ iban, ordinal, balance, newest, lastBalance, balanceThen, stoppedOffset }) => [iban, {
    ordinal: BigInt(ordinal),
    balance: BigInt(balance),
    newest: BigInt(newest),
    lastBalance: orNothing(lastBalance),
    balanceThen: orNothing(balanceThen),
    stoppedOffset: orNothing(stoppedOffset),
  }]));
};

const readRows = async (client: pg.Client, onProgress: (rows: number) => void): Promise<Pick<Projection, 'rows' | 'rowCount'>> => {
  const found = new Map<string, number[]>();
  let rowCount = 0;
  await client.query(`declare found no scroll cursor for select ${columns} from transactions`);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${rowsAtOnce} from found`);
    if (rows.length === 0) return { rows: found, rowCount };
    for (const row of rows) {
      const ofAccount = found.get(row.iban) ?? [];
      found.set(row.iban, ofAccount);
      ofAccount[Number(row.ordinal) - 1] = digestOfRow(row);
    }
    rowCount += rows.length;
    onProgress(rowCount);
  }
};

/** Rows by their accounts and ordinals, for those that differ from what they should be. */
export const readRowsAgain = (databaseUrl: string, wanted: readonly Row[]): Promise<readonly Row[]> =>
  atOneMoment(databaseUrl, async client => {
    const { rows } = await client.query<Row>(
      `select ${columns} from transactions join unnest($1::text[], $2::bigint[]) as wanted (iban, ordinal) using (iban, ordinal)`,
      [wanted.map(({ iban }) => iban), wanted.map(({ ordinal }) => ordinal)],
    );
    return rows;
  });
