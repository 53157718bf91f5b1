/** Runs the parts that come to an end: steps and tasks. */
import { performance } from 'node:perf_hooks';
import { describeExit, startChild, stopChild } from '../process/child.ts';
import { aborted } from '../process/condition.ts';
import { PartFailedError } from './part-failed-error.ts';
import type { Step, Task } from './part.ts';
import type { Run, RunContext } from './run.ts';

const taskGraceMs = 10_000;

/** @throws PartFailedError when it does not end with code 0 */
const runTask = async (task: Task, { log, change, stopping }: RunContext): Promise<void> => {
  const child = await startChild(await task.command(log), log);
  change({ process: child.identity });
  await Promise.race([child.exited, aborted(stopping)]);
  await stopChild(child, 'SIGTERM', taskGraceMs);
  const exit = await child.exited;
  if (exit.code !== 0) throw new PartFailedError(task.name, describeExit(exit), log);
};

const settle = async (part: Step | Task, context: RunContext): Promise<void> => {
  const { change, stopping } = context;
  const began = performance.now();
  change({ state: 'starting' });
  try {
    await (part.kind === 'step' ? part.run(stopping) : runTask(part, context));
    change({ state: 'done', tookMs: performance.now() - began, process: undefined });
  } catch (error) {
    change({ state: stopping.aborted ? 'stopped' : 'failed', tookMs: performance.now() - began, process: undefined });
    throw error;
  }
};

/** Runs a step or a task: it is ready when it has ended well. */
export const runOnce = (part: Step | Task, context: RunContext): Run => {
  const ready = settle(part, context);
  return { ready, ended: ready.catch(() => undefined) };
};
