/** The part of a bank that the handler's scenarios need: topics, a database, and handlers as real processes. No page, no users. */
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { connectionOf, messagingVariables, type Connection } from '@bank/messaging';
import {
  createCertificates, createSuite, runProgram, serviceEnvironment, startProgram, startStack, synchronize, type Program, type ProgramOptions, type PartStatus, type StackAddresses, type Suite,
} from '@bank/stack';

export type Bank = AsyncDisposable & {
  readonly env: Suite['env'];
  readonly databaseUrl: string;
  readonly connection: Connection;
  /** Makes another database: empty, for another program of the bank. */
  createDatabase(): Promise<string>;
  /** Starts a handler of this bank; it is the caller's to stop. */
  startHandler(options?: Partial<ProgramOptions>): Promise<Program>;
  /** Runs a handler of this bank to its end, for one that will come to one by itself. */
  runHandler(options?: Partial<ProgramOptions>): ReturnType<typeof runProgram>;
};

export type BankOptions = {
  /** Where to make it; the stack of the environment when left out. */
  readonly stack?: StackAddresses;
  /** What carries the handlers' messages, as KAFKA_CLIENT names it. The bench itself always uses kafkajs. */
  readonly client?: string;
};

/** Makes a bank that nobody else knows of; its topics and database go with it. */
export const openBank = async ({ stack, client = 'kafkajs' }: BankOptions = {}): Promise<Bank> => {
  await using resources = new AsyncDisposableStack();
  const suite = resources.use(await createSuite(stack));
  await synchronize(suite.env);
  const databaseUrl = await suite.createDatabase();
  const identity = stack ? serviceEnvironment(stack, 'command-handler') : {};
  const handlerEnv = { ...suite.env, ...identity, DATABASE_URL: databaseUrl, KAFKA_CLIENT: client, LOG_LEVEL: 'warn' };
  const owned = resources.move();
  return {
    env: suite.env,
    databaseUrl,
    connection: connectionOf('bench', z.object(messagingVariables).parse(suite.env)),
    createDatabase: () => suite.createDatabase(),
    startHandler: ({ env, ...options } = {}) => startProgram('command-handler', { ...options, env: { ...handlerEnv, ...env } }),
    runHandler: ({ env, ...options } = {}) => runProgram('command-handler', { ...options, env: { ...handlerEnv, PORT: '0', ...env } }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};

/** A bank on servers of its own. */
export type OwnBank = Bank & {
  /** Kafka, registry and PostgreSQL as they are now. */
  readonly servers: readonly PartStatus[];
};

/** The process of a server. @throws Error when it does not run */
export const pidOf = (name: string, { servers }: OwnBank): number => {
  const pid = servers.find(server => server.name === name)?.process?.pid;
  if (pid === undefined) throw new Error(`${name} does not run`);
  return pid;
};

/** Makes certificates for a bank that lives for a scenario. */
export const temporaryCertificates = async (resources: AsyncDisposableStack): Promise<string> =>
  createCertificates(resources.adopt(await mkdtemp(join(tmpdir(), 'certificates-')), folder => rm(folder, { recursive: true, force: true })));

/**
 * Starts servers and makes a bank on them, all of which go with it.
 *
 * @param dataDir where the servers keep their data, in a folder of their own
 * @param options.secured by certificates made for it; in plaintext when left out
 */
export const startOwnBank = async (dataDir: string, { secured = false, ...options }: Pick<BankOptions, 'client'> & { readonly secured?: boolean } = {}): Promise<OwnBank> => {
  console.log(`starting Kafka, registry and PostgreSQL${secured ? ', secured' : ''} …`);
  await using resources = new AsyncDisposableStack();
  const certificates = secured ? await temporaryCertificates(resources) : undefined;
  const stack = resources.use(await startStack({ temporaryIn: dataDir, tuning: 'throughput', certificates }));
  const bank = resources.use(await openBank({ ...options, stack }));
  const owned = resources.move();
  return { ...bank, get servers() { return stack.status; }, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};
