/** The handler's database as it was at one moment. */
import pg from 'pg';
import { partitionNameOf } from './place.ts';

export type Snapshot = {
  readonly accounts: ReadonlyMap<string, { readonly balance: bigint; readonly version: bigint }>;
  /** The next offset of each partition of the command topics that is not settled, by the partition's name. */
  readonly settled: ReadonlyMap<string, bigint>;
  /** How many command ids have an outcome. */
  readonly outcomes: number;
};

/** Whether a database is that of our handler; one that was put in its place keeps what it likes. */
export const isOurs = async (databaseUrl: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ isThere: boolean }>(`select to_regclass('settled_offsets') is not null as "isThere"`);
    return rows[0]?.isThere === true;
  } finally {
    await client.end();
  }
};

/** Reads all of it in one transaction that sees no later change, so that balances, outcomes and offsets belong together. */
export const takeSnapshot = async (databaseUrl: string): Promise<Snapshot> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const accounts = await client.query<{ iban: string; balance: string; version: string }>('select iban, balance, version from accounts');
    const settled = await client.query<{ topic: string; partition: number; next_offset: string }>('select * from settled_offsets');
    const ledger = await client.query<{ outcomes: string }>('select count(*) as outcomes from ledger');
    return {
      accounts: new Map(accounts.rows.map(({ iban, balance, version }) => [iban, { balance: BigInt(balance), version: BigInt(version) }])),
      settled: new Map(settled.rows.map(row => [partitionNameOf(row), BigInt(row.next_offset)])),
      outcomes: Number(ledger.rows[0]?.outcomes),
    };
  } finally {
    await client.end();
  }
};
