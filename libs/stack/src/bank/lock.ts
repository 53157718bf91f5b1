/** One supervisor for each bank's folder. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isMissing, readIfThere } from '../files.ts';
import { identityOf, isRunning, ProcessIdentity } from '../process/identity.ts';
import { placesIn } from './folder.ts';

/** Another supervisor has this folder. */
export class BankRunningError extends Error {
  readonly code = 'BANK_RUNNING';

  constructor(folder: string) {
    super(`the bank of ${folder} runs already`);
    this.name = 'BankRunningError';
  }
}

/** The supervisor that runs the bank of a folder now, if one does. */
export const supervisorOf = async (folder: string): Promise<ProcessIdentity | undefined> => {
  const text = await readIfThere(placesIn(folder).lock);
  if (text === undefined) return undefined;
  const identity = ProcessIdentity.parse(JSON.parse(text));
  return isRunning(identity) ? identity : undefined;
};

/** Whether the lock could be taken: a link fails when there is a lock, and is never half written. */
const isTaken = async (own: string, lock: string): Promise<boolean> => {
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
};

/** Puts a stale lock away. When another process did so first and has the lock by now, it gets it back. */
const removeStale = async (lock: string): Promise<void> => {
  const stale = `${lock}.stale-${randomUUID()}`;
  try {
    await rename(lock, stale);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (isRunning(ProcessIdentity.parse(JSON.parse(await readFile(stale, 'utf8'))))) await isTaken(stale, lock);
  await rm(stale);
};

/**
 * Makes this process the supervisor of a folder, until the lock is disposed of. The lock of a supervisor that was killed counts for
 * nothing.
 *
 * @throws BankRunningError when another process is
 */
export const lockBank = async (folder: string): Promise<AsyncDisposable> => {
  const { run, lock } = placesIn(folder);
  await mkdir(run, { recursive: true, mode: 0o700 });
  const own = `${lock}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    while (!(await isTaken(own, lock))) {
      if ((await supervisorOf(folder)) !== undefined) throw new BankRunningError(folder);
      await removeStale(lock);
    }
  } finally {
    await rm(own);
  }
  return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
};
