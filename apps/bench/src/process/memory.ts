/** How much memory processes take, from /proc. */
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
const readOrNothing = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

/** The process and all that descend from it. */
const familyOf = (pid: number, parentOf: ReadonlyMap<number, number>): readonly number[] => {
  const children = [...parentOf].filter(([, parent]) => parent === pid).map(([child]) => child);
  return [pid, ...children.flatMap(child => familyOf(child, parentOf))];
};

const kibibyte = 1024;

/**
 * The proportional set size of a process and its descendants, in bytes: what they share with others counts by its share, so that the sum
 * over all parts is what they take together. See proc_pid_smaps(5).
 */
export const memoryOf = (pid: number): number => {
  const sizes = familyOf(pid, parents()).map(member => /^Pss:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${member}/smaps_rollup`))?.[1] ?? '0');
  return sizes.reduce((sum, size) => sum + Number(size) * kibibyte, 0);
};
