/** `supervise`: runs a bank in this process until it is told to stop. `start` starts it and hears its reports. */
import { z } from 'zod';
import { startBank } from '../bank/bank.ts';
import { bankPorts } from '../bank/ports.ts';
import { aborted } from '../process/condition.ts';
import { PortTakenError } from '../process/ports.ts';
import { PartFailedError } from '../supervisor/part-failed-error.ts';
import { PartStatus } from '../supervisor/status.ts';
import { workspaceRoot } from '../workspace.ts';
import type { StartOptions } from './options.ts';
import { seconds } from './progress.ts';

/** What the process that runs a bank tells the one that started it. */
export const Report = z.discriminatedUnion('type', [
  z.object({ type: z.literal('part'), status: PartStatus }),
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('failed'), message: z.string(), log: z.string().optional() }),
]);
export type Report = z.infer<typeof Report>;

/** Settles when the other process has it, or does not listen any more. */
const send = (report: Report): Promise<void> =>
  new Promise(resolve => (process.connected ? process.send?.(report, undefined, {}, () => resolve()) : resolve()));

/** Aborted by the first signal that asks this process to stop; further ones change nothing, for it is stopping then. */
const stopRequest = ({ foreground }: StartOptions): AbortSignal => {
  const request = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => request.abort());
  // In the foreground a bank goes with the terminal's process, even when that was killed.
  if (foreground) process.once('disconnect', () => request.abort());
  return request.signal;
};

/** One line of the supervisor's own log. */
const logLine = ({ name, state, tookMs = 0, reason }: PartStatus): string => {
  const details: Partial<Record<PartStatus['state'], string>> = {
    ready: ` after ${seconds(tookMs)}`, done: ` after ${seconds(tookMs)}`, restarting: `: it ${reason}`,
  };
  return `${new Date().toISOString()} ${name} ${state}${details[state] ?? ''}`;
};

/** What went wrong, and what to do about it. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const isPortTaken = error instanceof PortTakenError || error.cause instanceof PortTakenError;
  return isPortTaken ? `${error.message}; choose others with --ports BASE` : error.message;
};

/**
 * Starts a bank, keeps it running, and stops it in order on SIGINT, SIGTERM or SIGHUP.
 *
 * @returns the exit code
 */
export const supervise = async (options: StartOptions): Promise<number> => {
  const stop = stopRequest(options);
  process.chdir(workspaceRoot);
  const onChange = (status: PartStatus): void => {
    console.log(logLine(status));
    void send({ type: 'part', status });
  };
  try {
    await using bank = await startBank({ ...options, ports: options.ports ?? bankPorts(), signal: stop, onChange });
    console.log(`${new Date().toISOString()} the bank is open at ${bank.url}`);
    await send({ type: 'ready' });
    await aborted(stop);
    return 0;
  } catch (error) {
    if (stop.aborted) return 0;
    console.error(error);
    await send({ type: 'failed', message: messageOf(error), log: error instanceof PartFailedError ? error.log : undefined });
    return 1;
  } finally {
    if (process.connected) process.disconnect();
  }
};
