/** Ends what a killed supervisor has left running: the processes it wrote down, told by id and start time, and nothing else. */
import { signalGroup } from '../process/child.ts';
import { becomesTrue } from '../process/condition.ts';
import { isRunning, leftBy } from '../process/identity.ts';
import type { PartStatus } from '../supervisor/status.ts';
import { readStatus } from './status.ts';

/** How long a server may take to shut down before it is killed. */
const graceMs = 20_000;

/** Whether anything of a part runs: its process, or what that left behind. */
const isAlive = ({ process: identity }: PartStatus): boolean =>
  identity !== undefined && (isRunning(identity) || leftBy(identity).length > 0);

const signal = ({ process: identity }: PartStatus, name: NodeJS.Signals): void => {
  if (identity === undefined) return;
  if (isRunning(identity) || leftBy(identity).length > 0) signalGroup(identity.pid, name);
};

/** Asks a part's process to stop, and ends it when it has not after the grace period. */
export const endPart = async (part: PartStatus): Promise<void> => {
  signal(part, part.stopSignal === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
  if (await becomesTrue(() => !isAlive(part), AbortSignal.timeout(graceMs))) return;
  signal(part, 'SIGKILL');
  await becomesTrue(() => !isAlive(part), AbortSignal.timeout(graceMs));
};

/** The parts of a bank that run, or of which something does, by what was last written of them. */
export const partsAlive = async (folder: string): Promise<PartStatus[]> => ((await readStatus(folder))?.parts ?? []).filter(isAlive);

/**
 * Ends what is left of a bank whose supervisor is gone, the dependents before what they need.
 *
 * @returns the names of the parts that still ran
 */
export const endLeftovers = async (folder: string): Promise<string[]> => {
  const left = await partsAlive(folder);
  const isServer = ({ name }: PartStatus): boolean => ['kafka', 'postgres'].includes(name);
  await Promise.all(left.filter(part => !isServer(part)).map(endPart));
  await Promise.all(left.filter(isServer).map(endPart));
  return left.map(({ name }) => name);
};
