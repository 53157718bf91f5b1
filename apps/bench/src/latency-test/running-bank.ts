/** A bank that runs, as the test sees it: where its parts are, and which processes they are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { connectionOf, messagingVariables, type Connection } from '@bank/messaging';
import { bankPorts, freePorts, readStatus, startBank } from '@bank/stack';
import { addressesIn } from '../bank/addresses.ts';
import { temporaryCertificates } from '../bank/bank.ts';
import type { Options } from './options.ts';

/** The parts whose use of processors and memory is told, as results call them: what their processes are called where they run. */
export const bankParts = {
  handler: 'command-handler',
  endpoint: 'graphql-endpoint',
  database: 'postgres',
  brokers: 'kafka',
  generator: 'command-generator',
  heartbeat: 'heartbeat',
  registry: 'registry',
} as const;

export type RunningBank = {
  /** Where the page and GraphQL are. */
  readonly url: string;
  readonly heartbeatUrl: string;
  readonly connection: Connection;
  /** The processes of the parts, by the names that results give them. */
  readonly pids: ReadonlyMap<string, number>;
};

const Addresses = z.object({ ...messagingVariables, BANK_URL: z.url(), HEARTBEAT_URL: z.url() });

/**
 * Finds a bank that setup.sh, or startBank, has started.
 *
 * @param envFile its file of addresses, such as `.bank/env`
 * @throws Error when the file does not tell where it is, or it does not run, or not all of it
 */
export const findBank = async (envFile: string): Promise<RunningBank> => {
  const addresses = addressesIn(envFile, Addresses, process.env);
  const status = await readStatus(dirname(envFile));
  const pidOf = (program: string): number => {
    const pid = status?.parts.find(({ name }) => name === program)?.process?.pid;
    if (pid === undefined) throw new Error(`${program} of the bank of ${envFile} does not run`);
    return pid;
  };
  return {
    url: addresses.BANK_URL,
    heartbeatUrl: addresses.HEARTBEAT_URL,
    connection: connectionOf('bench', addresses),
    pids: new Map(Object.entries(bankParts).map(([part, program]) => [part, pidOf(program)])),
  };
};

/**
 * Starts a bank as setup.sh does, in a folder of its own, which goes with it.
 *
 * @param options.dataDir where that folder is made
 */
export const startWholeBank = async (
  { dataDir, secured, handler, handlerEnv }: Pick<Options, 'dataDir' | 'secured' | 'handler' | 'handlerEnv'>,
  signal: AbortSignal,
): Promise<RunningBank & AsyncDisposable> => {
  await using resources = new AsyncDisposableStack();
  const folder = resources.adopt(await mkdtemp(join(dataDir, 'bank-latency-')), path => rm(path, { recursive: true, force: true }));
  // One port of eight in a row; the block they come from has room for all.
  const [base] = await freePorts(8);
  const certificates = secured ? await temporaryCertificates(resources) : undefined;
  resources.use(await startBank({ folder, ports: bankPorts(base), certificates, handler, handlerEnv, signal }));
  const bank = await findBank(join(folder, 'env'));
  const owned = resources.move();
  return { ...bank, [Symbol.asyncDispose]: () => owned.disposeAsync() };
};
