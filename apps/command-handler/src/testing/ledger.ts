/** What specs ask the handler's database. */
import pg from 'pg';

/** Asks on a connection of its own: for the column `answer` of the first row. */
export const ask = async (databaseUrl: string, query: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  // An outage that strikes amid the query rejects it; pg tells of the connection as well, and where nobody listens the process ends.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ answer: unknown }>(query)).rows[0]?.answer;
  } finally {
    await client.end();
  }
};

/** How many commands have their outcome. */
export const countSettled = async (databaseUrl: string): Promise<number> =>
  Number(await ask(databaseUrl, 'select count(*) as answer from ledger'));
