/** Folders of stacks that nobody keeps. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from './process/identity.ts';

/** With the id of the process that uses the folder. */
const prefix = 'bank-stack-';

const isAbandoned = async (parent: string, name: string): Promise<boolean> => {
  const pid = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
  if (pid === undefined || identityOf(Number(pid)) !== undefined) return false;
  const owner = await stat(join(parent, name)).then(({ uid }) => uid, () => undefined);
  return owner === process.getuid?.();
};

/** Makes a folder for this process's stack. What killed processes have left, and starts that failed, is removed first. */
export const makeTemporaryFolder = async (parent = tmpdir()): Promise<string> => {
  for (const name of await readdir(parent)) {
    if (await isAbandoned(parent, name)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(join(parent, `${prefix}${process.pid}-`));
};
