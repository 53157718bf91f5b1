/** As whom PostgreSQL runs: it refuses to be root, so root hands it to a user who owns nothing else. */
import { constants } from 'node:fs';
import { chown, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { findExecutable } from '../process/child.ts';

export type User = { readonly uid: number; readonly gid: number };

const nobody = async (): Promise<User> => {
  const [, uid, gid] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(await readFile('/etc/passwd', 'utf8')) ?? [];
  if (uid === undefined || gid === undefined) throw new Error('PostgreSQL cannot run as root, and there is no user "nobody" to run it as');
  return { uid: Number(uid), gid: Number(gid) };
};

/** Whether everyone may pass through all the folders above a path. */
const isReachableByAll = async (path: string): Promise<boolean> => {
  const parent = dirname(path);
  if (parent === path) return true;
  const { mode } = await stat(parent);
  return (mode & constants.S_IXOTH) !== 0 && (await isReachableByAll(parent));
};

/** Bits of proc_pid_status(5), CapPrm; capabilities(7). */
const capabilities = { dac_override: 1n << 1n, dac_read_search: 1n << 2n };

/** The weaker capability that opens the way through closed folders; containers often grant only the stronger. */
const passThroughFolders = async (): Promise<keyof typeof capabilities> => {
  const [, permitted = '0'] = /^CapPrm:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8')) ?? [];
  return (BigInt(`0x${permitted}`) & capabilities.dac_read_search) === 0n ? 'dac_override' : 'dac_read_search';
};

/** The user that PostgreSQL needs, or undefined when this process's own will do. Data that is there already keeps its owner. */
export const postgresUser = async (dataFolder: string): Promise<User | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  if (findExecutable('setpriv') === undefined) {
    throw new Error('PostgreSQL cannot run as root, and setpriv of util-linux is missing, by which root runs it as another user');
  }
  const owner = await stat(dataFolder).catch(() => undefined);
  return owner === undefined || owner.uid === 0 ? nobody() : owner;
};

/** The options of setpriv(1) that make a process this user, who can still reach these paths below folders that only root may enter. */
export const privilegesOf = async (user: User | undefined, paths: readonly string[]): Promise<string[]> => {
  if (user === undefined) return [];
  const options = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  if ((await Promise.all(paths.map(isReachableByAll))).every(Boolean)) return options;
  const capability = `+${await passThroughFolders()}`;
  // Without the secure bit, access(2), by which initdb looks for its sister programs, would not count the capability.
  return [...options, '--securebits=+no_setuid_fixup', `--inh-caps=${capability}`, `--ambient-caps=${capability}`];
};

/** Gives a file or folder to the user. */
export const giveTo = async (user: User | undefined, path: string): Promise<void> => {
  if (user !== undefined) await chown(path, user.uid, user.gid);
};
