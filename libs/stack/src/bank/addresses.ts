/** Where a bank's parts are, for people and for shells. */
import { mkdirSync } from 'node:fs';
import { replaceFile } from '../files.ts';
import { loopback } from '../process/ports.ts';
import { databaseUrl, type Login } from '../servers/database.ts';
import { addressesOf, loginOf } from '../stack.ts';
import { employeeOf, placesIn } from './folder.ts';
import type { BankPorts } from './ports.ts';

/** The address of a part that speaks HTTP. */
export const urlOf = (port: number): string => `http://${loopback}:${port}`;

/** The databases of the command-handler and of the graphql-endpoint. */
export const serviceLogins = (folder: string, ports: BankPorts): Promise<[handler: Login, endpoint: Login]> =>
  Promise.all([loginOf({ folder, ports }, 'command_handler'), loginOf({ folder, ports }, 'graphql_endpoint')]);

/** Writes every address of a bank to its `env`, for `. .bank/env`; it holds passwords, so it is its owner's only. */
export const writeEnvironment = async (folder: string, ports: BankPorts): Promise<void> => {
  const [{ brokers, registryUrl }, employee] = await Promise.all([addressesOf({ folder, ports }), employeeOf(folder)]);
  const [handler, endpoint] = await serviceLogins(folder, ports);
  const variables = {
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    BANK_URL: urlOf(ports.web),
    HEARTBEAT_URL: urlOf(ports.heartbeat),
    COMMAND_GENERATOR_URL: urlOf(ports.commandGenerator),
    COMMAND_HANDLER_URL: urlOf(ports.commandHandler),
    COMMAND_HANDLER_DATABASE_URL: databaseUrl(handler),
    GRAPHQL_ENDPOINT_DATABASE_URL: databaseUrl(endpoint),
    EMPLOYEE_USERNAME: employee.username,
    EMPLOYEE_PASSWORD: employee.password,
  };
  mkdirSync(folder, { recursive: true });
  replaceFile(placesIn(folder).env, Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`).join(''));
};
