/** One supervisor for each bank's folder. */
import { link, mkdir, rm, writeFile } from 'node:fs/promises';
import { readIfThere } from '../files.ts';
import { identityOf, isRunning, ProcessIdentity } from '../process/identity.ts';
import { placesIn } from './folder.ts';

/** Another supervisor has this folder. */
export class BankRunningError extends Error {
  readonly code = 'BANK_RUNNING';

  constructor(folder: string, options?: ErrorOptions) {
    super(`the bank of ${folder} runs already`, options);
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

/**
 * Makes this process the supervisor of a folder, until the lock is disposed of. The lock of a supervisor that was killed counts for
 * nothing.
 *
 * @throws BankRunningError when another process is
 */
export const lockBank = async (folder: string): Promise<AsyncDisposable> => {
  const { run, lock } = placesIn(folder);
  await mkdir(run, { recursive: true, mode: 0o700 });
  if ((await supervisorOf(folder)) !== undefined) throw new BankRunningError(folder);
  await rm(lock, { force: true });
  const own = `${lock}.${process.pid}`;
  await writeFile(own, JSON.stringify(identityOf(process.pid)), { mode: 0o600 });
  try {
    // A link, for it fails when there is a lock, and is never half written.
    await link(own, lock);
  } catch (error) {
    throw new BankRunningError(folder, { cause: error });
  } finally {
    await rm(own);
  }
  return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) };
};
