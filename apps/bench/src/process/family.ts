/** Processes and their descendants, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** The parent of each process that runs now. */
const parents = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readOrNothing(`/proc/${name}/stat`);
    // "pid (name) state ppid …": the name may hold spaces and brackets, so count from the last one. See proc_pid_stat(5).
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (parent !== undefined) found.set(Number(name), Number(parent));
  }
  return found;
};

/** A process may end while it is looked at: then it takes nothing. */
export const readOrNothing = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The process and all that descend from it. */
export const familyOf = (pid: number, parentOf = parents()): readonly number[] => {
  const children = [...parentOf].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap(child => familyOf(child, parentOf))];
};
