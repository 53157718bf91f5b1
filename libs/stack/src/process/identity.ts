/** Which process is meant: the system reuses an id, never an id together with its start time. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

export const ProcessIdentity = z.object({ pid: z.int().positive(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** What /proc tells of a process; undefined when there is none, or when only its zombie is left. */
const statOf = (pid: number): { startedAt: string; session: number } | undefined => {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // "pid (name) state ppid pgrp session …": the name may hold spaces and brackets, so count from the last one. See proc_pid_stat(5).
  const [state, , , session, ...later] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startedAt = later[15];
  return state === 'Z' || startedAt === undefined ? undefined : { startedAt, session: Number(session) };
};

const startFromPs = (pid: number): string | undefined => {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return started.trim() || undefined;
  } catch {
    return undefined;
  }
};

/** The identity of the process that has this id now, or undefined when there is none. */
export const identityOf = (pid: number): ProcessIdentity | undefined => {
  const startedAt = process.platform === 'linux' ? statOf(pid)?.startedAt : startFromPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
};

/** Whether exactly this process still runs. */
export const isRunning = (identity: ProcessIdentity): boolean => identityOf(identity.pid)?.startedAt === identity.startedAt;

/**
 * What a process that led a session has left running in it; empty while it runs itself, and where there is no /proc. The system gives
 * the id of a session to no other process as long as somebody is in it.
 */
export const leftBy = ({ pid, startedAt }: ProcessIdentity): ProcessIdentity[] => {
  if (process.platform !== 'linux' || statOf(pid) !== undefined) return [];
  const others = readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number);
  return others.flatMap(other => {
    const stat = statOf(other);
    return stat?.session === pid && Number(stat.startedAt) >= Number(startedAt) ? [{ pid: other, startedAt: stat.startedAt }] : [];
  });
};
