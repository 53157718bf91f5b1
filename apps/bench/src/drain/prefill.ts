/** A ledger that has seen years: rows as settlement writes them, of commands that stand on no topic. */
import pg from 'pg';

const rowsAtOnce = 100_000;

/**
 * Fills the handler's ledger up to a number of rows.
 *
 * @param onProgress told how many rows there are
 */
export const prefillLedger = async (databaseUrl: string, rows: number, onProgress: (rows: number) => void): Promise<void> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const counted = await client.query<{ count: number }>('select count(*)::int as count from ledger');
    for (let there = counted.rows[0]?.count ?? 0; there < rows; there += rowsAtOnce) {
      await client.query(
        `insert into ledger (id, content, command_topic, command_partition, command_offset, command_timestamp, settled_at, debtor, creditor,
           amount, description, debit_balance, debit_version, credit_balance, credit_version)
         select gen_random_uuid(), sha256(int8send(n)), 'confirm_money_transfer', n % 9, -n, 0, now(), 'NL00OPEN0000000001', 'NL00OPEN0000000002',
           1, 'bench', 0, n, 0, n from generate_series($1::bigint, $2::bigint) as n`,
        [there + 1, Math.min(there + rowsAtOnce, rows)],
      );
      onProgress(Math.min(there + rowsAtOnce, rows));
    }
    await client.query('vacuum (analyze) ledger');
  } finally {
    await client.end();
  }
};
