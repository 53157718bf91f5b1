/** A database with the endpoint's tables, for a spec of what happens in it. */
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { createLogger } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import type { Suite } from '@bank/stack';

/** All rows that follow from the topic alone, as text. */
export const projectionIn = async (pool: Pool): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ readonly row: string }>(
    `select row from (
       select transactions::text as row from transactions union all select accounts::text from accounts
       union all select transfers::text from transfers) as rows
     order by row`,
  );
  return rows.map(({ row }) => row);
};

export type Database = AsyncDisposable & { readonly url: string; readonly pool: Pool };

export const createTables = async (suite: Suite): Promise<Database> => {
  const url = await suite.createDatabase();
  await migrate(url, fileURLToPath(new URL('../migrations', import.meta.url)), createLogger('spec', 'warn'));
  const pool = createPool(url, { max: 5, onIdleError: () => undefined });
  return { url, pool, [Symbol.asyncDispose]: () => pool.end() };
};
