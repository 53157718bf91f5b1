/** Where a bank's parts are, for people and for shells. */
import { mkdirSync } from 'node:fs';
import { replaceFile } from '../files.ts';
import { loopback } from '../process/ports.ts';
import { databaseUrl, type ServiceDatabase } from '../servers/database.ts';
import { serviceEnvironment } from '../service-environment.ts';
import { addressesOf, loginOf, type StackPlace } from '../stack.ts';
import { employeeOf, placesIn } from './folder.ts';
import type { BankPorts } from './ports.ts';

/** Where a bank is, and how it is secured. */
export type BankPlace = StackPlace & {
  readonly ports: BankPorts;
  /** Whether the page is served by HTTPS, with the certificate of `web`. */
  readonly https?: boolean | undefined;
};

/** The address of a part that speaks HTTP. */
export const urlOf = (port: number): string => `http://${loopback}:${port}`;

/** Where the page and GraphQL are. */
export const webUrlOf = ({ ports, https = false }: Pick<BankPlace, 'ports' | 'https'>): string => `${https ? 'https' : 'http'}://${loopback}:${ports.web}`;

const serviceDatabase = async (place: BankPlace, name: string): Promise<ServiceDatabase> =>
  ({ owner: await loginOf(place, name, `${name}_owner`), service: await loginOf(place, name) });

export type BankDatabases = { readonly handler: ServiceDatabase; readonly endpoint: ServiceDatabase };

/** The databases of the command-handler and of the graphql-endpoint. */
export const databasesOf = async (place: BankPlace): Promise<BankDatabases> =>
  ({ handler: await serviceDatabase(place, 'command_handler'), endpoint: await serviceDatabase(place, 'graphql_endpoint') });

/**
 * Writes every address of a bank to its `env`, for `. .bank/env`, and on a secured one the identity of the synchronizer, who may do
 * everything. It holds passwords, so it is its owner's only.
 */
export const writeEnvironment = async (place: BankPlace): Promise<void> => {
  const { folder, ports } = place;
  const [addresses, { handler, endpoint }, employee] = await Promise.all([addressesOf(place), databasesOf(place), employeeOf(folder)]);
  const variables = {
    ...serviceEnvironment(addresses, 'synchronizer'),
    BANK_URL: webUrlOf(place),
    HEARTBEAT_URL: urlOf(ports.heartbeat),
    COMMAND_GENERATOR_URL: urlOf(ports.commandGenerator),
    COMMAND_HANDLER_URL: urlOf(ports.commandHandler),
    COMMAND_HANDLER_DATABASE_URL: databaseUrl(handler.service),
    GRAPHQL_ENDPOINT_DATABASE_URL: databaseUrl(endpoint.service),
    EMPLOYEE_USERNAME: employee.username,
    EMPLOYEE_PASSWORD: employee.password,
  };
  mkdirSync(folder, { recursive: true });
  replaceFile(placesIn(folder).env, Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`).join(''));
};
