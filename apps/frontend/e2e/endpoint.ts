/** What stands behind the screen: the endpoint's database, and the process that serves the bank. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { bankUrl, usualBank } from './browser.ts';

/** One row of an account, newest first, in cents. */
export type StoredTransaction = {
  readonly changedBy: bigint;
  readonly newBalance: bigint;
  readonly description: string;
}

const stored = z.array(z.object({ changed_by: z.string(), new_balance: z.string(), description: z.string() }));
const status = z.object({
  parts: z.array(z.object({ name: z.string(), state: z.string(), process: z.object({ pid: z.number() }).optional() })),
});

/** The file of addresses that a bank writes when it starts. */
const envFile = process.env['BANK_ENV_FILE'] ?? join(usualBank, 'env');

/** One of the bank's addresses, as its file of addresses has it. @throws Error when it is not there */
export const addressOf = (name: string): string => {
  const found = new RegExp(`^export ${name}='(.*)'$`, 'm').exec(readFileSync(envFile, 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${envFile} does not have ${name}`);
  return found;
};

/** The newest transactions of an account as the endpoint's database has them. */
export const storedTransactions = async (iban: string, most: number): Promise<readonly StoredTransaction[]> => {
  const database = new pg.Client({ connectionString: addressOf('GRAPHQL_ENDPOINT_DATABASE_URL') });
  await database.connect();
  try {
    const { rows } = await database.query(
      'select changed_by, new_balance, description from transactions where iban = $1 order by ordinal desc limit $2', [iban, most],
    );
    return stored.parse(rows).map(row => ({
      changedBy: BigInt(row.changed_by), newBalance: BigInt(row.new_balance), description: row.description,
    }));
  } finally {
    await database.end();
  }
};

/** The process of the endpoint, once it is ready. */
const readyPid = (): number | undefined => {
  const { parts } = status.parse(JSON.parse(readFileSync(join(dirname(envFile), 'run/status.json'), 'utf8')));
  const part = parts.find(({ name }) => name === 'graphql-endpoint');
  return part?.state === 'ready' ? part.process?.pid : undefined;
};

/** Ends the endpoint as a crash would; the bank's supervisor starts it again. */
export const killEndpoint = (): void => {
  const pid = readyPid();
  if (pid === undefined) throw new Error('the endpoint is not running');
  process.kill(pid, 'SIGKILL');
};

const lookAgainMs = 100;

/** Waits until the endpoint answers again. */
export const endpointIsBack = async (): Promise<void> => {
  while (!(await fetch(`${bankUrl}/health/ready`).then(({ ok }) => ok, () => false))) await delay(lookAgainMs);
};
