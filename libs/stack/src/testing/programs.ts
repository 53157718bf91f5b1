/** The bank's own programs as tests run them: real processes, of which a test knows what an operator would. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appCommand, shellCommand } from '../app.ts';
import { describeExit, startChild, stopChild, type Command, type Exit, type RunningChild } from '../process/child.ts';
import { becomesTrue } from '../process/condition.ts';
import { freePorts, loopback } from '../process/ports.ts';

const stopWithinMs = 12_000;

export type Program = AsyncDisposable & {
  readonly pid: number;
  /** Where it serves health, metrics and what else it has: `http://127.0.0.1:port`, or https with HTTPS_CERT_FILE. */
  readonly url: string;
  readonly exited: Promise<Exit>;
  /** All that it wrote so far, standard output and error. */
  output(): Promise<string>;
  kill(signal: NodeJS.Signals): void;
};

export type ProgramOptions = {
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** More options for Node, such as `--import` of something that watches the program. */
  readonly nodeOptions?: readonly string[];
  /** A shell command that runs in place of the program of the workspace, with the same environment. */
  readonly replacement?: string | undefined;
  /** How long it may take until it is ready: 30 seconds unless told otherwise. */
  readonly readyWithinMs?: number;
};

const commandOf = (app: string, { replacement, ...options }: ProgramOptions): Command => {
  const env = { PATH: process.env['PATH'], ...options.env };
  return replacement === undefined ? appCommand(app, { ...options, env }) : shellCommand(replacement, env);
};

/** Starts a process whose output a test can read; the folder that holds it goes with it. */
const start = async (command: Command): Promise<{ child: RunningChild; output: () => Promise<string>; forget: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'program-'));
  const log = join(folder, 'log');
  const child = await startChild(command, log);
  return { child, output: () => readFile(log, 'utf8'), forget: () => rm(folder, { recursive: true, force: true }) };
};

/** Runs a program of the workspace to its end. */
export const runProgram = async (app: string, options: ProgramOptions): Promise<Exit & { readonly output: string }> => {
  const { child, output, forget } = await start(commandOf(app, options));
  try {
    return { ...(await child.exited), output: await output() };
  } finally {
    await forget();
  }
};

/**
 * Starts a service of the workspace on a free port and waits until it is ready; disposing of it asks it to stop.
 *
 * @throws Error with its output when it ends or is not ready in time
 */
export const startProgram = async (app: string, { readyWithinMs = 30_000, ...options }: ProgramOptions): Promise<Program> => {
  const [port] = await freePorts(1);
  const env = { LOG_LEVEL: 'info', ...options.env, PORT: options.env['PORT'] ?? String(port) };
  const url = `${'HTTPS_CERT_FILE' in env ? 'https' : 'http'}://${loopback}:${env.PORT}`;
  const { child, output, forget } = await start(commandOf(app, { ...options, env }));
  const gone = new AbortController();
  void child.exited.then(() => gone.abort());
  const isReady = (): Promise<boolean> => fetch(`${url}/health/ready`).then(({ ok }) => ok, () => false);
  if (!(await becomesTrue(isReady, AbortSignal.any([gone.signal, AbortSignal.timeout(readyWithinMs)])))) {
    await stopChild(child, 'SIGKILL', 0);
    const message = `${app} ${describeExit(await child.exited)} before it was ready\n${await output()}`;
    await forget();
    throw new Error(message);
  }
  return {
    pid: child.identity.pid,
    url,
    exited: child.exited,
    output,
    kill: child.kill,
    [Symbol.asyncDispose]: async () => {
      await stopChild(child, 'SIGTERM', stopWithinMs);
      await forget();
    },
  };
};

/**
 * Makes the topics and subjects of a suite, by the synchronizer itself.
 *
 * @throws Error with the synchronizer's output when it fails
 */
export const synchronize = async (env: Readonly<Record<string, string>>): Promise<void> => {
  const { code, output } = await runProgram('synchronizer', { env });
  if (code !== 0) throw new Error(`the synchronizer ended with code ${String(code)}\n${output}`);
};
