/** Keeps one service running: started again when it dies, until it is told to stop. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { describeExit, startChild, stopChild, type Command, type Exit, type RunningChild } from '../process/child.ts';
import { aborted, becomesTrue } from '../process/condition.ts';
import { requireFree } from '../process/ports.ts';
import { Backoff } from './backoff.ts';
import { PartFailedError } from './part-failed-error.ts';
import type { Service } from './part.ts';
import type { Ending, Run, RunContext } from './run.ts';

/** For the slowest start on a slow machine; a process that dies is noticed at once. */
const readyWithinMs = 120_000;

type Outcome = {
  readonly wasReady: boolean;
  readonly ranMs: number;
  /** How its process ended, or the error that kept it from being started. */
  readonly reason: string | Error;
  readonly endedOnRequest: boolean;
};

const exitAfterSigterm = 143;

/** Whether a process ended as one does that was asked to, by SIGTERM or SIGINT: a Java machine then ends with 128 + 15. */
const endedOnRequest = ({ code, signal }: Exit): boolean => code === 0 || code === exitAfterSigterm || signal === 'SIGTERM';

/** Whether the service becomes ready while its process lives and has time. */
const becomesReady = async (service: Service, child: RunningChild, stopping: AbortSignal): Promise<boolean> => {
  const gone = new AbortController();
  void child.exited.then(() => gone.abort());
  const isReady = await becomesTrue(service.isReady, AbortSignal.any([gone.signal, stopping, AbortSignal.timeout(readyWithinMs)]));
  if (isReady) await service.afterReady?.();
  return isReady;
};

const signalFor = (ending: Ending, { stopSignal }: Service, { deathSignal = 'SIGKILL' }: Command): NodeJS.Signals => {
  if (ending === 'in order') return stopSignal;
  return ending === 'at once' ? deathSignal : ending;
};

/** Starts the process, and returns when it is gone. */
const runProcess = async (service: Service, context: RunContext, onReady: () => void): Promise<Outcome> => {
  const { log, change, stopping, ending } = context;
  const began = performance.now();
  const sinceBegan = (): number => performance.now() - began;
  await requireFree(service.ports, service.name);
  const command = await service.command(log);
  const child = await startChild(command, log);
  change({ process: child.identity, stopSignal: service.stopSignal });
  const readiness = await becomesReady(service, child, stopping).catch(errorOf);
  const isTooSlow = readiness === false && sinceBegan() >= readyWithinMs;
  if (readiness === true) {
    change({ state: 'ready', tookMs: sinceBegan() });
    onReady();
    await Promise.race([child.exited, aborted(stopping)]);
  }
  if (stopping.aborted) change({ state: 'stopping' });
  await stopChild(child, signalFor(ending(), service, command), service.graceMs);
  const exit = await child.exited;
  const reason = isTooSlow ? `did not become ready within ${readyWithinMs / 1_000} s` : describeExit(exit);
  return {
    wasReady: readiness === true,
    ranMs: sinceBegan(),
    reason: readiness instanceof Error ? readiness : reason,
    endedOnRequest: endedOnRequest(exit),
  };
};

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const outcomeOf = (error: unknown): Outcome =>
  ({ wasReady: false, ranMs: 0, reason: errorOf(error), endedOnRequest: false });

const keepRunning = async (service: Service, context: RunContext, onReady: () => void): Promise<Outcome> => {
  const { change, stopping } = context;
  const backoff = new Backoff();
  let wasEverReady = false;
  for (let start = 1; ; start += 1) {
    change({ state: 'starting' });
    const outcome = await runProcess(service, context, onReady).catch(outcomeOf);
    wasEverReady ||= outcome.wasReady;
    if (stopping.aborted || (!wasEverReady && start >= service.startAttempts)) return outcome;
    const waitMs = outcome.wasReady && outcome.endedOnRequest ? 0 : backoff.after(outcome.ranMs);
    const reason = outcome.reason instanceof Error ? outcome.reason.message : outcome.reason;
    change({ state: 'restarting', process: undefined, restarts: start, reason: `${reason}; starts again in ${waitMs / 1_000} s` });
    await delay(waitMs, undefined, { signal: stopping }).catch(() => undefined);
  }
};

/** Runs a service until it is told to stop, or could not be started in the first place. */
export const runService = (service: Service, context: RunContext): Run => {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const ended = keepRunning(service, context, resolve).then(outcome => {
    context.change({ state: context.stopping.aborted ? 'stopped' : 'failed', process: undefined });
    reject(new PartFailedError(service.name, outcome.reason, context.log));
  });
  return { ready, ended };
};
