/** How much memory processes take, from /proc. */
import { familyOf, readOrNothing } from './family.ts';

const kibibyte = 1024;

/**
 * The proportional set size of a process and its descendants, in bytes: what they share with others counts by its share, so that the sum
 * over all parts is what they take together. See proc_pid_smaps(5).
 */
export const memoryOf = (pid: number): number => {
  const sizes = familyOf(pid).map(member => /^Pss:\s+(\d+) kB$/m.exec(readOrNothing(`/proc/${member}/smaps_rollup`))?.[1] ?? '0');
  return sizes.reduce((sum, size) => sum + Number(size) * kibibyte, 0);
};

/** The memory that a process and its descendants have resident, in bytes; 0 when there is no such process. See proc_pid_status(5). */
export const residentMemoryOf = (pid: number): number => statusOf(pid, 'VmRSS');

/** The most memory that a process ever had resident, and each descendant, in bytes; 0 when there is no such process. See proc_pid_status(5). */
export const peakMemoryOf = (pid: number): number => statusOf(pid, 'VmHWM');

const statusOf = (pid: number, name: string): number => {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm');
  const sizes = familyOf(pid).map(member => line.exec(readOrNothing(`/proc/${member}/status`))?.[1] ?? '0');
  return sizes.reduce((sum, size) => sum + Number(size) * kibibyte, 0);
};
