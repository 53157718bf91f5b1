/** What a bank keeps on disk, and where. */
import { randomInt, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isThere, readOrCreate } from '../files.ts';
import { secretOf } from '../secrets.ts';
import { workspaceRoot } from '../workspace.ts';

/** The folder of the bank that setup.sh starts. */
export const usualFolder = join(workspaceRoot, '.bank');

/** The places in a bank's folder. */
export const placesIn = (folder: string) => ({
  data: join(folder, 'data'),
  logs: join(folder, 'logs'),
  secrets: join(folder, 'secrets'),
  /** What runs now, for those who watch. */
  run: join(folder, 'run'),
  status: join(folder, 'run/status.json'),
  lock: join(folder, 'run/supervisor.json'),
  /** All addresses, to be read by a shell. */
  env: join(folder, 'env'),
}) as const;

/** Whether a folder is empty, not there yet, or a bank's: not somebody's home, of which nothing must be forgotten. */
export const isForBank = async (folder: string): Promise<boolean> => {
  if (!(await isThere(folder))) return true;
  const names = await readdir(folder);
  return names.length === 0 || names.includes(basename(placesIn(folder).run));
};

// Without 0, 1, i, l and o, which look alike.
const readable = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four: 79 bits that a person can type. */
const makeReadablePassword = (): string => {
  const group = (): string => Array.from({ length: 4 }, () => readable[randomInt(readable.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
};

export type Employee = { readonly username: string; readonly password: string };

/** The login of the bank's employee; the password is made when it is not there yet. */
export const employeeOf = async (folder: string): Promise<Employee> =>
  ({ username: 'employee', password: await secretOf(placesIn(folder).secrets, 'employee', makeReadablePassword) });

/** Tells this life of the bank from the one before its data were forgotten. */
export const runIdOf = (folder: string): Promise<string> => readOrCreate(join(placesIn(folder).data, 'run-id'), randomUUID);
