/** Where a running bank is, from the file that setup.sh writes. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { connectionOf, messagingVariables } from '@bank/messaging';
import type { RunningBank } from './running.ts';

const database = 'the address of a database, postgres://…';
const databaseAddress = z.string(database).regex(/^postgres(ql)?:\/\//, database);

const Variables = z.object({
  ...messagingVariables,
  COMMAND_HANDLER_DATABASE_URL: databaseAddress,
  GRAPHQL_ENDPOINT_DATABASE_URL: databaseAddress,
});

/**
 * Reads a bank's addresses. What the file does not say, such as TLS files or TOPIC_PREFIX, the environment may.
 *
 * @throws Error when the file cannot be read, or names the variables that are missing or wrong
 */
export const bankAt = (file: string, environment: NodeJS.ProcessEnv): RunningBank => {
  const found = Variables.safeParse({ ...environment, ...parseEnv(read(file)) });
  if (!found.success) {
    const problems = found.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`${file} does not tell where a bank is:\n${problems.join('\n')}`);
  }
  return {
    connection: connectionOf('bench', found.data),
    databaseUrl: found.data.COMMAND_HANDLER_DATABASE_URL,
    endpointDatabaseUrl: found.data.GRAPHQL_ENDPOINT_DATABASE_URL,
  };
};

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: --bank takes the file "env" in the folder of a bank that setup.sh started`, { cause });
  }
};
