/** `stop`: ends the bank of a folder, all of it and nothing else. */
import { performance } from 'node:perf_hooks';
import { endLeftovers, partsAlive } from '../bank/leftovers.ts';
import { supervisorOf } from '../bank/lock.ts';
import { readStatus } from '../bank/status.ts';
import { becomesTrue } from '../process/condition.ts';
import { isRunning, type ProcessIdentity } from '../process/identity.ts';
import { paint, seconds } from './progress.ts';

/** More than the grace periods of a service, of the registry or Kafka, and of PostgreSQL, one after the other. */
const stopWithinMs = 70_000;

/** The system ends a killed process at once, unless it hangs in the system itself. */
const killedWithinMs = 5_000;

const stopped = (name: string, detail: string): string => `  ${paint('green', '✓')} ${name.padEnd(20)}stopped ${detail}`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Names the services one by one as they stop, until the supervisor is gone. */
const followStop = async (folder: string, supervisor: ProcessIdentity): Promise<boolean> => {
  const began = performance.now();
  const running = new Set<string>();
  const tell = (name: string): void => {
    if (running.delete(name)) say(stopped(name, `after ${seconds(performance.now() - began)}`));
  };
  const isOver = await becomesTrue(async () => {
    const services = ((await readStatus(folder))?.parts ?? []).filter(({ kind }) => kind === 'service');
    for (const { name, process: identity } of services) {
      if (identity === undefined) tell(name);
      else running.add(name);
    }
    return !isRunning(supervisor);
  }, AbortSignal.timeout(stopWithinMs));
  // The supervisor takes its status along when it goes.
  if (isOver) running.forEach(tell);
  return isOver;
};

/** What no signal could end, with its process ids. */
const survivorsOf = async (folder: string, supervisor: ProcessIdentity | undefined): Promise<string[]> => {
  const parts = (await partsAlive(folder)).map(part => `${part.name} (process ${part.process?.pid})`);
  return supervisor !== undefined && isRunning(supervisor) ? [...parts, `the supervisor (process ${supervisor.pid})`] : parts;
};

/**
 * Stops a bank in order: services, then the registry and Kafka, then PostgreSQL.
 *
 * @returns the exit code
 */
export const stop = async (folder: string): Promise<number> => {
  const supervisor = await supervisorOf(folder);
  if (supervisor !== undefined) {
    process.kill(supervisor.pid, 'SIGTERM');
    if (!(await followStop(folder, supervisor))) {
      say(`  The supervisor, process ${supervisor.pid}, does not end in time; it is killed.`);
      process.kill(supervisor.pid, 'SIGKILL');
      await becomesTrue(() => !isRunning(supervisor), AbortSignal.timeout(killedWithinMs));
    }
  }
  const leftovers = await endLeftovers(folder);
  for (const name of leftovers) say(stopped(name, 'without its supervisor, which was gone'));
  const survivors = await survivorsOf(folder, supervisor);
  if (survivors.length > 0) {
    process.stderr.write(`Still running, although it was killed: ${survivors.join(', ')}.\n`);
    return 1;
  }
  say(supervisor === undefined && leftovers.length === 0 ? 'Nothing is running.' : 'The bank is closed; its data stay.');
  return 0;
};
