/** A checksum over all that follows from the topics alone: two projections of the same topics have the same. */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { patientQuery } from '@bank/service/database';

/** So many rows are hashed together: a text that PostgreSQL puts together has a limit. */
const rowsAtOnce = 10_000;

/** Whatever goes over all rows may take so long. */
export const allRowsWithinMs = 600_000;

const tables = [
  { name: 'accounts', key: 'iban' },
  { name: 'transactions', key: 'iban, ordinal' },
  { name: 'transfers', key: 'id' },
] as const;

export type Checksum = {
  readonly rows: bigint;
  /** SHA-256 as hexadecimal text. */
  readonly hash: string;
};

/** Reads every row of the projection, as the text that PostgreSQL makes of it, in the order of its key. */
export const checksumOf = async (pool: Pool): Promise<Checksum> => {
  const hash = createHash('sha256');
  let rows = 0n;
  for (const { name, key } of tables) {
    const { rows: parts } = await pool.query<{ readonly rows: bigint; readonly hash: Buffer }>(patientQuery(
      allRowsWithinMs,
      `select count(*) as rows, sha256(convert_to(string_agg(row, E'\\n' order by nth), 'UTF8')) as hash
       from (select row_number() over (order by ${key}) as nth, ${name}::text as row from ${name}) as numbered
       group by (nth - 1) / ${rowsAtOnce} order by min(nth)`,
    ));
    hash.update(name);
    for (const part of parts) {
      rows += part.rows;
      hash.update(part.hash);
    }
  }
  return { rows, hash: hash.digest('hex') };
};
