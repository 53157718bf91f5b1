/** Small files that are either whole or not there. */
import { constants, renameSync, writeFileSync } from 'node:fs';
import { access, chmod, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether an error says that there is no such file. */
export const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Whether there is something at a path. */
export const isThere = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/** Makes a folder through which everyone may pass, without seeing what is in it. */
export const makePassage = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o711 });
  const isOpen = ((await stat(path)).mode & constants.S_IXOTH) !== 0;
  if (!isOpen) await chmod(path, 0o711);
};

/** Makes a folder for its owner only. */
export const makeClosed = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await chmod(path, 0o700);
};

/** The text of a file, or undefined when there is none. */
export const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Writes a file for its owner only, in one step: who reads it sees all of the old text or all of the new. */
export const replaceFile = (path: string, text: string): void => {
  writeFileSync(`${path}.partial`, text, { mode: 0o600 });
  renameSync(`${path}.partial`, path);
};

/** The text of a file; made, for its owner only, when it is not there yet. */
export const readOrCreate = async (path: string, make: () => string): Promise<string> => {
  const known = await readIfThere(path);
  if (known !== undefined) return known;
  const text = make();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, text);
  return text;
};
