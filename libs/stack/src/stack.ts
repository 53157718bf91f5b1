/** Kafka, the schema registry and PostgreSQL on this machine, without Docker. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClosed, makePassage } from './files.ts';
import { freePorts, loopback } from './process/ports.ts';
import { secretOf } from './secrets.ts';
import { authorityFile, requireCertificates, securityOf, type Security } from './security.ts';
import type { Login } from './servers/database.ts';
import { kafka, newClusterId, type KafkaOptions } from './servers/kafka.ts';
import { adminUrlOf, postgres, type PostgresOptions } from './servers/postgres.ts';
import { registry, registryUrl } from './servers/registry.ts';
import { prepareServers } from './servers/training.ts';
import type { Part } from './supervisor/part.ts';
import { PartFailedError } from './supervisor/part-failed-error.ts';
import type { PartStatus } from './supervisor/status.ts';
import { Supervisor } from './supervisor/supervisor.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** The ports of a stack on 127.0.0.1. */
export type StackPorts = {
  readonly kafka: number;
  readonly kafkaController: number;
  /** Of the other brokers of a cluster, from the second. */
  readonly moreBrokers?: readonly Pick<StackPorts, 'kafka' | 'kafkaController'>[];
  readonly postgres: number;
  readonly registry: number;
};

export type StackOptions = {
  /** Where data, secrets and logs are kept. Without one, a temporary folder that goes with the stack. */
  readonly folder?: string;
  /** Where that temporary folder is made, such as a RAM disk; the system's place when left out. */
  readonly temporaryIn?: string;
  /** Free ones unless told otherwise. */
  readonly ports?: StackPorts;
  /** How many brokers Kafka has, when no ports are given; one when left out. */
  readonly brokers?: 1 | 3;
  /** What Kafka is tuned for; a quick start unless told otherwise. */
  readonly tuning?: KafkaOptions['tuning'];
  /**
   * A folder of certificates as scripts/create-certs.sh makes it. With one, all servers speak TLS only, and know their clients by
   * certificate or password; `serviceEnvironment` gives what a service needs. Without one, all is plaintext.
   */
  readonly certificates?: string | undefined;
  /** Stops the start when it is aborted. */
  readonly signal?: AbortSignal;
  readonly onChange?: (status: PartStatus) => void;
};

/** Where a stack's servers are. */
export type StackAddresses = {
  /** For KAFKA_BROKERS. */
  readonly brokers: string;
  /** For SCHEMA_REGISTRY_URL: with the path of the Confluent-compatible API, and without a login. */
  readonly registryUrl: string;
  /** PostgreSQL's superuser, who can make databases. */
  readonly adminDatabaseUrl: string;
  /** What a client of secured servers needs; `serviceEnvironment` makes variables of it. */
  readonly security?: Security;
};

/** The servers of a stack by their names; the brokers of a cluster are numbered from 1. */
export type ServerName = 'kafka' | `kafka-${number}` | 'postgres' | 'registry';

export type Stack = StackAddresses & AsyncDisposable & {
  readonly folder: string;
  /** Every server as it is now. */
  readonly status: readonly PartStatus[];
  /**
   * Ends one server and keeps it down, for a test of an outage; the others stay, also the registry when PostgreSQL goes.
   *
   * @param signal what its process is sent; the one that stops it in an orderly way when left out
   */
  stop(server: ServerName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a server that was stopped, on the same port with the same data, and waits until it answers. */
  start(server: ServerName): Promise<void>;
};

const findFreePorts = async (brokers: number): Promise<StackPorts> => {
  const [postgresPort = 0, registryPort = 0, kafkaPort = 0, kafkaController = 0, ...others] = await freePorts(2 + 2 * brokers);
  const moreBrokers = Array.from({ length: brokers - 1 }, (_, at) => ({ kafka: others[2 * at] ?? 0, kafkaController: others[2 * at + 1] ?? 0 }));
  return { kafka: kafkaPort, kafkaController, moreBrokers, postgres: postgresPort, registry: registryPort };
};

const brokersOn = ({ kafka, kafkaController, moreBrokers = [] }: StackPorts): NonNullable<StackPorts['moreBrokers']> =>
  [{ kafka, kafkaController }, ...moreBrokers];

/** Where a stack is, and how it is secured. */
export type StackPlace = {
  readonly folder: string;
  readonly ports: StackPorts;
  /** The folder of certificates; without one, all is plaintext. */
  readonly certificates?: string | undefined;
};

/** A login to a database of the stack; the role has the database's name unless told otherwise. */
export const loginOf = async ({ folder, ports, certificates }: StackPlace, name: string, role = name): Promise<Login> => ({
  port: ports.postgres, name, role, password: await secretOf(join(folder, 'secrets'), role), caFile: certificates && authorityFile(certificates),
});

/** The addresses of a stack in a folder. */
export const addressesOf = async ({ folder, ports, certificates }: StackPlace): Promise<StackAddresses> => {
  const secrets = join(folder, 'secrets');
  return {
    brokers: brokersOn(ports).map(broker => `${loopback}:${broker.kafka}`).join(','),
    registryUrl: registryUrl(ports.registry, certificates === undefined ? 'http' : 'https'),
    adminDatabaseUrl: adminUrlOf({ port: ports.postgres, password: await secretOf(secrets, 'postgres'), certificates }),
    ...(certificates !== undefined && { security: await securityOf(certificates, secrets) }),
  };
};

export type ServerOptions = StackPlace & {
  /** What PostgreSQL has besides the registry's database. */
  readonly databases: PostgresOptions['databases'];
  readonly tuning: KafkaOptions['tuning'];
};

/**
 * Makes a stack's folders. PostgreSQL, which refuses to be root, passes through two of them to its data as another user; the others
 * are their owner's only.
 */
export const makeFolders = async (folder: string): Promise<void> => {
  const data = join(folder, 'data');
  for (const path of [folder, data]) await makePassage(path);
  for (const path of [join(data, 'kafka'), join(data, 'registry'), join(folder, 'secrets'), join(folder, 'logs')]) await makeClosed(path);
};

/** Kafka as one part, or as several that make a cluster. */
const kafkaParts = async ({ folder, ports, certificates, tuning }: StackPlace & Pick<ServerOptions, 'tuning'>): Promise<Part[]> => {
  const brokers = brokersOn(ports);
  const common = { tuning, certificates };
  if (brokers.length === 1) return [kafka({ ...common, folder: join(folder, 'data/kafka'), port: ports.kafka, controllerPort: ports.kafkaController }, ['servers'])];
  const clusterId = await secretOf(join(folder, 'secrets'), 'kafka-cluster', newClusterId);
  const controllerPorts = brokers.map(broker => broker.kafkaController);
  return brokers.map(({ kafka: port, kafkaController: controllerPort }, at) => {
    const member = { clusterId, nodeId: at + 1, controllerPorts };
    return kafka({ ...common, folder: join(folder, `data/kafka-${at + 1}`), port, controllerPort, member }, ['servers']);
  });
};

/** The servers as parts: their download, then PostgreSQL, Kafka and the registry. */
export const serverParts = async ({ databases, tuning, ...place }: ServerOptions): Promise<Part[]> => {
  const { folder, ports, certificates } = place;
  const [data, secrets] = [join(folder, 'data'), join(folder, 'secrets')];
  const registryLogin = await loginOf(place, 'registry');
  const [password, security] = await Promise.all([secretOf(secrets, 'postgres'), certificates === undefined ? undefined : securityOf(certificates, secrets)]);
  return [
    { kind: 'step', name: 'servers', needs: [], run: prepareServers },
    postgres({ folder: join(data, 'postgres'), port: ports.postgres, password, databases: [registryLogin, ...databases], certificates }, []),
    ...(await kafkaParts({ ...place, tuning })),
    registry({ folder: join(data, 'registry'), port: ports.registry, database: registryLogin, security }, ['servers', 'postgres']),
  ];
};

/**
 * Starts the servers and waits until they answer; a server that dies is started again.
 *
 * @example
 * await using stack = await startStack();
 * connect(stack.brokers);
 *
 * @throws MissingToolError when Java or Maven is not installed
 * @throws Error when a server's certificate is missing
 * @throws PartFailedError when a server cannot be started
 */
export const startStack = async (options: StackOptions = {}): Promise<Stack> => {
  const { signal, onChange, certificates } = options;
  if (certificates !== undefined) await requireCertificates(certificates, ['kafka', 'postgres', 'registry']);
  const folder = options.folder ?? (await makeTemporaryFolder(options.temporaryIn));
  const isTemporary = options.folder === undefined;
  const place = { folder, ports: options.ports ?? (await findFreePorts(options.brokers ?? 1)), certificates };
  await makeFolders(folder);
  const supervisor = new Supervisor({
    parts: await serverParts({ ...place, databases: [], tuning: options.tuning ?? 'quick start' }),
    logs: join(folder, 'logs'),
    stop: isTemporary ? 'at once' : 'in order',
    ...(onChange && { onChange }),
  });
  const dispose = async (): Promise<void> => {
    await supervisor.stop();
    if (isTemporary) await rm(folder, { recursive: true, force: true });
  };
  try {
    await supervisor.start(signal);
  } catch (error) {
    // The log that tells why a server failed is worth keeping.
    if (!(error instanceof PartFailedError) || signal?.aborted === true) await dispose();
    throw error;
  }
  return {
    ...(await addressesOf(place)),
    folder,
    get status() { return supervisor.status; },
    stop: (server, signal) => supervisor.takeDown(server, signal),
    start: server => supervisor.bringUp(server),
    [Symbol.asyncDispose]: dispose,
  };
};
