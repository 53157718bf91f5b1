/** A whole bank on this machine: its servers and its services, kept running by this process. */
import { rm } from 'node:fs/promises';
import { requireFree } from '../process/ports.ts';
import { addressesOf, makeFolders, serverParts } from '../stack.ts';
import type { PartStatus } from '../supervisor/status.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import type { Part } from '../supervisor/part.ts';
import { Identity, requireCertificates } from '../security.ts';
import { databasesOf, webUrlOf, writeEnvironment, type BankPlace } from './addresses.ts';
import { employeeOf, placesIn, runIdOf, type Employee } from './folder.ts';
import { endLeftovers } from './leftovers.ts';
import { lockBank } from './lock.ts';
import { serviceParts } from './parts.ts';
import { writeStatus } from './status.ts';

/** `folder` is where data, logs and secrets are kept. */
export type BankOptions = BankPlace & {
  /** A shell command that runs in place of our command-handler, with the same environment. */
  readonly handler?: string | undefined;
  /** More of the environment of the command-handler, or of what runs in its place. */
  readonly handlerEnv?: Readonly<Record<string, string>>;
  /** Names of parts that are not started; nothing waits for them. */
  readonly without?: readonly string[];
  /** Whether to forget all data and secrets of this folder first. */
  readonly fresh?: boolean;
  /** Stops the start when it is aborted. */
  readonly signal?: AbortSignal;
  readonly onChange?: (status: PartStatus) => void;
};

export type Bank = AsyncDisposable & {
  /** Where the page and GraphQL are. */
  readonly url: string;
  readonly employee: Employee;
  /** Every part as it is now. */
  readonly status: readonly PartStatus[];
};

export type PartsOptions = BankPlace & Pick<BankOptions, 'handler' | 'handlerEnv' | 'without'>;

/** Every part of a bank, each after those it needs. */
export const partsOf = async ({ handler, handlerEnv = {}, without = [], ...place }: PartsOptions): Promise<Part[]> => {
  const { folder } = place;
  const [databases, addresses, employee, runId] = await Promise.all([databasesOf(place), addressesOf(place), employeeOf(folder), runIdOf(folder)]);
  const parts = [
    ...(await serverParts({ ...place, databases: Object.values(databases), tuning: 'throughput' })),
    ...serviceParts({ place, addresses, databases, employee, runId, handler, handlerEnv }),
  ];
  const isStarted = (name: string): boolean => !without.includes(name);
  return parts.filter(({ name }) => isStarted(name)).map(part => ({ ...part, needs: part.needs.filter(isStarted) }));
};

const forget = async (folder: string): Promise<void> => {
  const { data, secrets, env } = placesIn(folder);
  // One after the other: what an interruption leaves must not be data without their passwords.
  for (const path of [data, secrets, env]) await rm(path, { recursive: true, force: true });
};

const requireFreePorts = async (parts: readonly Part[]): Promise<void> => {
  for (const part of parts) if (part.kind === 'service') await requireFree(part.ports, part.name);
};

/**
 * Starts a bank and waits until every part is ready; a part that dies is started again. Its state stands in the folder, for other
 * processes to see.
 *
 * @throws Error when a certificate is missing
 * @throws BankRunningError when the bank of this folder runs
 * @throws PortTakenError when a port is in use; nothing is started or forgotten then
 * @throws PartFailedError when a part cannot be started; all is stopped by then
 */
export const startBank = async (options: BankOptions): Promise<Bank> => {
  const { folder, ports, certificates, https, handler, fresh = false, signal, onChange } = options;
  if (certificates !== undefined) await requireCertificates(certificates, Identity.options);
  await using resources = new AsyncDisposableStack();
  resources.use(await lockBank(folder));
  await endLeftovers(folder);
  await requireFreePorts(await partsOf(options));
  if (fresh) await forget(folder);
  await makeFolders(folder);
  const parts = await partsOf(options);
  await writeEnvironment(options);
  const supervisor = new Supervisor({
    parts,
    logs: placesIn(folder).logs,
    stop: 'in order',
    onChange: status => {
      writeStatus(folder, { ports, certificates, https, handler, parts: [...supervisor.status] });
      onChange?.(status);
    },
  });
  resources.defer(() => rm(placesIn(folder).status, { force: true }));
  resources.use(supervisor);
  await supervisor.start(signal);
  const running = resources.move();
  return {
    url: webUrlOf(options),
    employee: await employeeOf(folder),
    get status() { return supervisor.status; },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
