/** How much of the processors processes have used, from /proc. */
import { familyOf, readOrNothing } from './family.ts';

/** Linux tells user space in these, whatever the kernel's own tick: USER_HZ. */
const ticksPerSecond = 100;

/** The seconds of processor time that a process, its living descendants, and the dead ones they waited for have used. See proc_pid_stat(5). */
export const processorSecondsOf = (pid: number): number => {
  const ticks = familyOf(pid).map(member => {
    const stat = readOrNothing(`/proc/${member}/stat`);
    // Behind the name, which may hold spaces: state is field 3; utime, stime, cutime and cstime are 14 to 17.
    const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 15);
    return times.reduce((sum, time) => sum + Number(time), 0);
  });
  return ticks.reduce((sum, count) => sum + count, 0) / ticksPerSecond;
};

/** The seconds of processor time of this process alone: what descends from it does not count. */
export const ownProcessorSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** The seconds of processor time of all children of this process that have ended. See proc_pid_stat(5). */
export const endedProcessorSeconds = (): number => {
  const stat = readOrNothing('/proc/self/stat');
  // As above: cutime and cstime are fields 16 and 17.
  const times = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(13, 15);
  return times.reduce((sum, time) => sum + Number(time), 0) / ticksPerSecond;
};

/** The seconds of processor time of the whole machine: what its processes have used, and what other guests of its host took from it. See proc_stat(5). */
export const machineProcessorSeconds = (): { readonly busy: number; readonly stolen: number } => {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, stolen = 0] = (/^cpu +(.*)$/m.exec(readOrNothing('/proc/stat'))?.[1] ?? '').split(' ').map(Number);
  return { busy: (user + nice + system + irq + softirq) / ticksPerSecond, stolen: stolen / ticksPerSecond };
};
