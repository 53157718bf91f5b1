/** The parts of a bank besides its servers: what each needs, how it is started, and what it is told by its environment. */
import { appCommand, shellCommand } from '../app.ts';
import type { Command } from '../process/child.ts';
import { loopback } from '../process/ports.ts';
import { databaseUrl, type Login } from '../servers/database.ts';
import type { StackAddresses } from '../stack.ts';
import type { Part, Service } from '../supervisor/part.ts';
import { workspaceRoot } from '../workspace.ts';
import type { BankPorts } from './ports.ts';

type Variables = Readonly<Record<string, string>>;

export type BankSettings = {
  readonly ports: BankPorts;
  readonly addresses: StackAddresses;
  readonly handlerLogin: Login;
  readonly endpointLogin: Login;
  readonly employee: { readonly username: string; readonly password: string };
  /** Tells the commands of one life of the bank from those of another. */
  readonly runId: string;
  /** A shell command in place of our command-handler. */
  readonly handler: string | undefined;
  readonly handlerEnv: Variables;
};

/** What only some parts are told: the surroundings of this process must not tell the others. */
const reserved = ['DATABASE_URL', 'TEST_DATABASE_ADMIN_URL', 'EMPLOYEE_USERNAME', 'EMPLOYEE_PASSWORD', 'RUN_ID', 'HOST', 'PORT'];

const environment = ({ addresses }: BankSettings, own: Variables): NodeJS.ProcessEnv => {
  const passedThrough = Object.entries(process.env).filter(([name]) => !reserved.includes(name));
  return { ...Object.fromEntries(passedThrough), KAFKA_BROKERS: addresses.brokers, SCHEMA_REGISTRY_URL: addresses.registryUrl, ...own };
};

const answerTimeoutMs = 2_000;

const isHealthy = (port: number): Promise<boolean> =>
  fetch(`http://${loopback}:${port}/health/ready`, { signal: AbortSignal.timeout(answerTimeoutMs) }).then(async response => {
    await response.body?.cancel();
    return response.status === 200;
  }, () => false);

type ServiceOptions = { readonly name: string; readonly needs: readonly string[]; readonly port: number; readonly variables?: Variables };

/** A service of ours; `replacement` is a shell command to run in its place. */
const service = (settings: BankSettings, { name, needs, port, variables }: ServiceOptions, replacement?: string): Service => {
  const env = environment(settings, { ...variables, HOST: loopback, PORT: String(port) });
  return {
    kind: 'service',
    name,
    needs,
    ports: [port],
    command: () => (replacement === undefined ? appCommand(name, { env }) : shellCommand(replacement, env)),
    isReady: () => isHealthy(port),
    stopSignal: 'SIGTERM',
    // A service finishes the batch in hand within 10 s.
    graceMs: 12_000,
    startAttempts: 1,
  };
};

/** Builds the page that the endpoint serves; Nx knows when there is nothing to build. */
const frontendCommand = (): Command => ({
  file: process.execPath,
  args: ['node_modules/.bin/nx', 'build', 'frontend'],
  cwd: workspaceRoot,
  env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' },
});

/** The services that no other part needs. */
export const dispensable = ['command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator'] as const;

/** The services of a bank, and the tasks that come before them. */
export const serviceParts = (settings: BankSettings): Part[] => {
  const { ports, employee, handlerLogin, endpointLogin, runId, handler, handlerEnv } = settings;
  return [
    { kind: 'task', name: 'frontend', needs: [], command: frontendCommand },
    {
      kind: 'task', name: 'synchronizer', needs: ['kafka', 'registry'],
      command: () => appCommand('synchronizer', { env: environment(settings, {}) }),
    },
    service(settings, {
      name: 'command-handler', needs: ['synchronizer', 'postgres'], port: ports.commandHandler,
      variables: { ...handlerEnv, DATABASE_URL: databaseUrl(handlerLogin) },
    }, handler),
    service(settings, {
      name: 'graphql-endpoint', needs: ['synchronizer', 'postgres', 'frontend'], port: ports.web,
      variables: { DATABASE_URL: databaseUrl(endpointLogin), EMPLOYEE_USERNAME: employee.username, EMPLOYEE_PASSWORD: employee.password },
    }),
    service(settings, { name: 'heartbeat', needs: ['synchronizer'], port: ports.heartbeat }),
    service(settings, { name: 'command-generator', needs: ['synchronizer'], port: ports.commandGenerator, variables: { RUN_ID: runId } }),
  ];
};
