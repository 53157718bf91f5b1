/** A database with the endpoint's tables, for a spec of what happens in it. */
import { fileURLToPath } from 'node:url';
import type { Pool } from 'pg';
import { createLogger } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import type { Suite } from '@bank/stack';

export type Database = AsyncDisposable & { readonly url: string; readonly pool: Pool };

export const createTables = async (suite: Suite): Promise<Database> => {
  const url = await suite.createDatabase();
  await migrate(url, fileURLToPath(new URL('../migrations', import.meta.url)), createLogger('spec', 'warn'));
  const pool = createPool(url, { max: 5, onIdleError: () => undefined });
  return { url, pool, [Symbol.asyncDispose]: () => pool.end() };
};
