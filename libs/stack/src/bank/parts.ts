/** The parts of a bank besides its servers: what each needs, how it is started, and what it is told by its environment. */
import { readFile } from 'node:fs/promises';
import { appCommand, shellCommand } from '../app.ts';
import type { Command } from '../process/child.ts';
import { isOk } from '../process/answer.ts';
import { loopback } from '../process/ports.ts';
import { authorityFile, certificateFiles, type ServiceName } from '../security.ts';
import { databaseUrl, type Login } from '../servers/database.ts';
import { serviceEnvironment } from '../service-environment.ts';
import type { StackAddresses } from '../stack.ts';
import type { Part, Service, Task } from '../supervisor/part.ts';
import { workspaceRoot } from '../workspace.ts';
import { urlOf, webUrlOf, type BankDatabases, type BankPlace } from './addresses.ts';

type Variables = Readonly<Record<string, string>>;

export type BankSettings = {
  readonly place: BankPlace;
  readonly addresses: StackAddresses;
  readonly databases: BankDatabases;
  readonly employee: { readonly username: string; readonly password: string };
  /** Tells the commands of one life of the bank from those of another. */
  readonly runId: string;
  /** A shell command in place of our command-handler. */
  readonly handler: string | undefined;
  readonly handlerEnv: Variables;
};

/** What only some parts are told, or each in another way: the surroundings of this process must not tell the others. */
const reserved = [
  'KAFKA_BROKERS', 'KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE', 'SCHEMA_REGISTRY_URL', 'SCHEMA_REGISTRY_CA_FILE',
  'DATABASE_URL', 'COMMAND_HANDLER_DATABASE_URL', 'GRAPHQL_ENDPOINT_DATABASE_URL', 'TEST_DATABASE_ADMIN_URL',
  'EMPLOYEE_USERNAME', 'EMPLOYEE_PASSWORD', 'RUN_ID', 'HOST', 'PORT', 'HTTPS_CERT_FILE', 'HTTPS_KEY_FILE',
];
/** Each may also be given by a file. */
const isReserved = (name: string): boolean => reserved.includes(name) || reserved.includes(name.replace(/_FILE$/, ''));

const surroundings = (): NodeJS.ProcessEnv => Object.fromEntries(Object.entries(process.env).filter(([name]) => !isReserved(name)));

const environment = ({ addresses }: BankSettings, name: ServiceName, own: Variables): NodeJS.ProcessEnv =>
  ({ ...surroundings(), ...serviceEnvironment(addresses, name), ...own });

type ServiceOptions = {
  readonly name: ServiceName;
  readonly needs: readonly string[];
  readonly port: number;
  /** Where it tells its health; by HTTP on its port unless told otherwise. */
  readonly url?: string;
  readonly variables?: Variables;
};

/** A service of ours; `replacement` is a shell command to run in its place. */
const service = (settings: BankSettings, { name, needs, port, url = urlOf(port), variables }: ServiceOptions, replacement?: string): Service => {
  const env = environment(settings, name, { ...variables, HOST: loopback, PORT: String(port) });
  const { certificates } = settings.place;
  return {
    kind: 'service',
    name,
    needs,
    ports: [port],
    command: () => (replacement === undefined ? appCommand(name, { env }) : shellCommand(replacement, env)),
    isReady: async () => isOk(`${url}/health/ready`, certificates === undefined ? {} : { ca: await readFile(authorityFile(certificates), 'utf8') }),
    stopSignal: 'SIGTERM',
    // A service finishes the batch in hand within 10 s.
    graceMs: 12_000,
    startAttempts: 1,
  };
};

/** Makes the tables of a service, as their owner: the service itself may not. */
const migration = (name: 'command-handler' | 'graphql-endpoint', owner: Login): Task => ({
  kind: 'task',
  name: `${name}-migration`,
  needs: ['postgres'],
  command: () => appCommand(name, { args: ['migrate'], env: { ...surroundings(), DATABASE_URL: databaseUrl(owner) } }),
});

/** Builds the page that the endpoint serves; Nx knows when there is nothing to build. */
const frontendCommand = (): Command => ({
  file: process.execPath,
  args: ['node_modules/.bin/nx', 'build', 'frontend'],
  cwd: workspaceRoot,
  env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' },
});

/** The services that no other part needs. */
export const dispensable = ['command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator'] as const;

/** Serves the page by HTTPS, when that was asked for. */
const httpsVariables = ({ certificates, https = false }: BankPlace): Variables => {
  if (!https || certificates === undefined) return {};
  const { certFile, keyFile } = certificateFiles(certificates, 'web');
  return { HTTPS_CERT_FILE: certFile, HTTPS_KEY_FILE: keyFile };
};

/** The command-handler, with its tables made before it. What runs in its place makes its own, so that it has the owner's login. */
const handlerParts = (settings: BankSettings): Part[] => {
  const { place, databases: { handler: { owner, service: login } }, handler: replacement, handlerEnv } = settings;
  const options = { name: 'command-handler', port: place.ports.commandHandler } as const;
  const variablesFor = (who: Login): Variables => ({ ...handlerEnv, DATABASE_URL: databaseUrl(who) });
  if (replacement !== undefined) {
    return [service(settings, { ...options, needs: ['synchronizer', 'postgres'], variables: variablesFor(owner) }, replacement)];
  }
  const tables = migration('command-handler', owner);
  return [tables, service(settings, { ...options, needs: ['synchronizer', tables.name], variables: variablesFor(login) })];
};

const endpointParts = (settings: BankSettings): Part[] => {
  const { place, databases: { endpoint: { owner, service: login } }, employee } = settings;
  const tables = migration('graphql-endpoint', owner);
  const variables = {
    DATABASE_URL: databaseUrl(login), EMPLOYEE_USERNAME: employee.username, EMPLOYEE_PASSWORD: employee.password, ...httpsVariables(place),
  };
  const needs = ['synchronizer', tables.name, 'frontend'];
  return [tables, service(settings, { name: 'graphql-endpoint', needs, port: place.ports.web, url: webUrlOf(place), variables })];
};

/** The services of a bank, and the tasks that come before them. */
export const serviceParts = (settings: BankSettings): Part[] => {
  const { place: { ports }, runId } = settings;
  return [
    { kind: 'task', name: 'frontend', needs: [], command: frontendCommand },
    {
      kind: 'task', name: 'synchronizer', needs: ['kafka', 'registry'],
      command: () => appCommand('synchronizer', { env: environment(settings, 'synchronizer', {}) }),
    },
    ...handlerParts(settings),
    ...endpointParts(settings),
    service(settings, { name: 'heartbeat', needs: ['synchronizer'], port: ports.heartbeat }),
    service(settings, { name: 'command-generator', needs: ['synchronizer'], port: ports.commandGenerator, variables: { RUN_ID: runId } }),
  ];
};
