/** `start`: brings a bank up in a process of its own, and shows how it goes. */
import { fork, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { isForBank, placesIn } from '../bank/folder.ts';
import { supervisorOf } from '../bank/lock.ts';
import { bankPorts } from '../bank/ports.ts';
import { describeExit, type Exit } from '../process/child.ts';
import { openLog } from '../process/log.ts';
import { workspaceRoot } from '../workspace.ts';
import { UsageError, type StartOptions } from './options.ts';
import { paint, Progress, seconds } from './progress.ts';
import { reportRunning } from './running.ts';
import { failureOf, summaryOf } from './summary.ts';
import { Report } from './supervise.ts';

/** What a shell returns for a command that Ctrl-C ended. */
const interruptedCode = 130;

const supervisorLog = (folder: string): string => join(placesIn(folder).logs, 'supervisor.log');

/** The process that will run the bank; it outlives this one. */
const forkSupervisor = (args: readonly string[], folder: string): ChildProcess => {
  const log = openLog(supervisorLog(folder));
  try {
    return fork(join(workspaceRoot, 'libs/stack/src/bin/bank.ts'), ['supervise', ...args], {
      execArgv: ['--conditions=@bank/source'], detached: true, stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
};

type Ending = Exclude<Report, { type: 'part' }>;

/** Shows what the supervisor reports until the bank is ready or has failed. */
const showStart = async (supervisor: ChildProcess, folder: string): Promise<Ending> => {
  using progress = new Progress(process.stdout);
  return await new Promise<Ending>(resolve => {
    supervisor.on('message', message => {
      const report = Report.parse(message);
      if (report.type === 'part') progress.show(report.status);
      else resolve(report);
    });
    supervisor.once('exit', (code, signal) => {
      resolve({ type: 'failed', message: `the supervisor ${describeExit({ code, signal })}`, log: supervisorLog(folder) });
    });
  });
};

const exitOf = (supervisor: ChildProcess): Promise<Exit> =>
  new Promise(resolve => supervisor.once('exit', (code, signal) => resolve({ code, signal })));

/** Leaves the supervisor alone, so that this process can end. */
const letGo = (supervisor: ChildProcess): void => {
  supervisor.removeAllListeners();
  supervisor.disconnect();
  supervisor.unref();
};

/** Tells of every part that dies from now on, and why. */
const showRestarts = (supervisor: ChildProcess): void => {
  supervisor.removeAllListeners('message');
  supervisor.on('message', message => {
    const report = Report.parse(message);
    if (report.type !== 'part' || report.status.state !== 'restarting') return;
    process.stdout.write(`  ${paint('yellow', '↻')} ${report.status.name} ${report.status.reason ?? 'died'}\n`);
  });
};

/**
 * Brings a bank up; says so when it runs already.
 *
 * @param args the command line that `options` was read from
 * @returns the exit code
 */
export const start = async (args: readonly string[], options: StartOptions): Promise<number> => {
  const { folder, ports = bankPorts(), certificates, https, handler, foreground, fresh } = options;
  if ((await supervisorOf(folder)) !== undefined) return reportRunning(options);
  if (fresh && !(await isForBank(folder))) throw new UsageError(`${folder} does not look like a bank's folder; nothing in it is forgotten`);
  const began = performance.now();
  const supervisor = forkSupervisor(args, folder);
  const exited = exitOf(supervisor);
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!interruption.signal.aborted) process.stdout.write('\nstopping …\n');
      interruption.abort();
      supervisor.kill('SIGTERM');
    });
  }
  const ending = await showStart(supervisor, folder);
  if (ending.type === 'failed') {
    await exited;
    const { aborted: isInterrupted } = interruption.signal;
    process.stderr.write(isInterrupted ? 'Interrupted: everything is stopped.\n' : await failureOf(ending.message, ending.log));
    return isInterrupted ? interruptedCode : 1;
  }
  const opened = `${paint('bold', 'The bank is open')} after ${seconds(performance.now() - began)}.`;
  process.stdout.write(`\n${opened}\n\n${await summaryOf(folder, { ports, certificates, https, handler }, foreground ? 'Ctrl-C' : undefined)}`);
  if (!foreground) {
    letGo(supervisor);
    return 0;
  }
  showRestarts(supervisor);
  const exit = await exited;
  if (exit.code !== 0) {
    process.stderr.write(await failureOf(`the supervisor ${describeExit(exit)}`, supervisorLog(folder)));
    return exit.code ?? 1;
  }
  process.stdout.write('\nThe bank is closed: everything is stopped.\n');
  return 0;
};
