/** `restart PART`: ends one part of a running bank and waits until its supervisor has it ready again. */
import { performance } from 'node:perf_hooks';
import { supervisorOf } from '../bank/lock.ts';
import { endPart } from '../bank/leftovers.ts';
import { readStatus } from '../bank/status.ts';
import { becomesTrue } from '../process/condition.ts';
import { isRunning, type ProcessIdentity } from '../process/identity.ts';
import type { PartStatus } from '../supervisor/status.ts';
import { paint, seconds } from './progress.ts';
import { failureOf, setupCommand } from './summary.ts';

const readyWithinMs = 120_000;

const fail = (message: string): number => {
  process.stderr.write(`${message}\n`);
  return 1;
};

const partOf = async (folder: string, name: string | undefined): Promise<PartStatus | undefined> =>
  (await readStatus(folder))?.parts.find(part => part.name === name);

/** Whether a part is ready again, as another process than before. */
const isBack = async (folder: string, before: PartStatus): Promise<boolean> => {
  const now = await partOf(folder, before.name);
  return now?.state === 'ready' && now.process?.startedAt !== before.process?.startedAt;
};

const comesBack = async (folder: string, before: PartStatus, supervisor: ProcessIdentity): Promise<boolean> => {
  await endPart(before);
  const isOver = async (): Promise<boolean> => !isRunning(supervisor) || (await isBack(folder, before));
  return (await becomesTrue(isOver, AbortSignal.timeout(readyWithinMs))) && isRunning(supervisor);
};

/**
 * Restarts a part.
 *
 * @returns the exit code
 */
export const restart = async (folder: string, name: string | undefined): Promise<number> => {
  const [supervisor, status] = await Promise.all([supervisorOf(folder), readStatus(folder)]);
  if (supervisor === undefined || status === undefined) return fail(`The bank is not running; ${setupCommand(folder)} starts it.`);
  const services = status.parts.filter(({ kind }) => kind === 'service');
  const part = services.find(service => service.name === name);
  if (part === undefined) {
    const complaint = name === undefined ? 'Which part?' : `There is no part ${name} to restart.`;
    return fail(`${complaint} The parts are ${services.map(service => service.name).join(', ')}.`);
  }
  const began = performance.now();
  if (!(await comesBack(folder, part, supervisor))) {
    process.stderr.write(await failureOf(`${part.name} did not come back`, part.log));
    return 1;
  }
  process.stdout.write(`  ${paint('green', '✓')} ${part.name} is ready again after ${seconds(performance.now() - began)}\n`);
  return 0;
};
