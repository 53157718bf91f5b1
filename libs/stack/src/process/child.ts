/** A child process that ends with its parent, has a process group of its own, and writes to a log file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, closeSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { identityOf, type ProcessIdentity } from './identity.ts';
import { openLog, tailOf } from './log.ts';

export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** More options of setpriv(1), for a process that must not run as root. */
  readonly privileges?: readonly string[];
  /** What the system sends the child when this process dies without having stopped it: SIGKILL unless told otherwise. */
  readonly deathSignal?: NodeJS.Signals;
};

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type RunningChild = {
  readonly identity: ProcessIdentity;
  /** Settles when the process is gone; what it left in its process group is then gone as well. */
  readonly exited: Promise<Exit>;
  /** Signals the process and everything in its group; nothing once it is gone. */
  readonly kill: (signal: NodeJS.Signals) => void;
};

/** The path of an executable, looked up like a shell does; undefined when there is none. */
export const findExecutable = (name: string): string | undefined =>
  (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '').map(folder => join(folder, name)).find(isExecutable);

export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The death signal comes when the parent dies after it was set: one that died before is noticed by the child having another parent. The
 * pid of the parent is `$0`, what follows the command.
 */
const unlessOrphan = '[ "$PPID" = "$0" ] || exit 1; exec "$@"';

/** Puts setpriv before a command: it sets the death signal, drops privileges, and becomes the command, under the same process id. */
const withPrivileges = ({ file, args, privileges = [], deathSignal = 'SIGKILL' }: Command): [string, readonly string[]] => {
  const setpriv = process.platform === 'linux' ? findExecutable('setpriv') : undefined;
  if (setpriv === undefined) return [file, args];
  return [setpriv, [`--pdeathsig=${deathSignal.replace('SIG', '')}`, ...privileges, '--', 'sh', '-c', unlessOrphan, String(process.pid), file, ...args]];
};

/** Signals every process of a group; nothing when there is none left. */
export const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    const groupIsGone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!groupIsGone) throw error;
  }
};

/**
 * Starts a process; its output goes to the log file.
 *
 * @throws the system's error when it cannot be started
 */
export const startChild = async (command: Command, logFile: string): Promise<RunningChild> => {
  const [file, args] = withPrivileges(command);
  const log = openLog(logFile);
  try {
    const child = spawn(file, args, { cwd: command.cwd, env: command.env ?? process.env, stdio: ['ignore', log, log], detached: true });
    const hasExited = new Promise<Exit>(resolve => child.once('exit', (code, signal) => resolve({ code, signal })));
    await once(child, 'spawn');
    const { pid } = child;
    if (pid === undefined) throw new Error(`${file} has no process id`);
    let isGone = false;
    const exited = hasExited.then(exit => {
      signalGroup(pid, 'SIGKILL');
      isGone = true;
      return exit;
    });
    const kill = (signal: NodeJS.Signals): void => {
      if (!isGone) signalGroup(pid, signal);
    };
    return { identity: identityOf(pid) ?? { pid, startedAt: 'gone already' }, exited, kill };
  } finally {
    closeSync(log);
  }
};

/** Asks a process to stop, and ends it when it has not after the grace period. */
export const stopChild = async (child: RunningChild, signal: NodeJS.Signals, graceMs: number): Promise<void> => {
  child.kill(signal);
  const grace = new AbortController();
  const tooLong = delay(graceMs, undefined, { signal: grace.signal }).then(() => child.kill('SIGKILL'), () => undefined);
  await child.exited;
  grace.abort();
  await tooLong;
};

/** How a process ended, for a message. */
export const describeExit = ({ code, signal }: Exit): string => (signal === null ? `ended with code ${code}` : `was ended by ${signal}`);

/**
 * Runs a process to its end.
 *
 * @throws an Error with the last lines of its log when it does not end with code 0
 */
export const runChild = async (command: Command, logFile: string): Promise<void> => {
  const child = await startChild(command, logFile);
  const exit = await child.exited;
  if (exit.code === 0) return;
  const lastLines = await tailOf(logFile, 10);
  throw new Error([`${command.file} ${describeExit(exit)}`, ...lastLines].join('\n'));
};
