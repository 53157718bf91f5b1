/** Where the bank to audit is. */
import { z } from 'zod';
import { connectionOf, messagingVariables } from '@bank/messaging';
import { addressesIn } from '../bank/addresses.ts';
import type { RunningBank } from './running.ts';

const database = 'the address of a database, postgres://…';
const databaseAddress = z.string(database).regex(/^postgres(ql)?:\/\//, database);

const Variables = z.object({
  ...messagingVariables,
  COMMAND_HANDLER_DATABASE_URL: databaseAddress,
  GRAPHQL_ENDPOINT_DATABASE_URL: databaseAddress,
});

/**
 * Finds the bank to audit.
 *
 * @throws Error when the file cannot be read, or names the variables that are missing or wrong
 */
export const bankAt = (file: string, environment: NodeJS.ProcessEnv): RunningBank => {
  const addresses = addressesIn(file, Variables, environment);
  return {
    connection: connectionOf('bench', addresses),
    databaseUrl: addresses.COMMAND_HANDLER_DATABASE_URL,
    endpointDatabaseUrl: addresses.GRAPHQL_ENDPOINT_DATABASE_URL,
  };
};
