/** Runs what a replay built as a container would: the entry point, in its folder, as a user who can write nothing, with the variables given. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { unprivileged, type Image } from './replay.ts';

const healthyWithinMs = 60_000;
const askEveryMs = 200;

export type Container = AsyncDisposable & {
  readonly exited: Promise<number | null>;
  /** All that it wrote so far. */
  output(): string;
  /** Waits until the image's own health check passes. */
  healthy(): Promise<void>;
  /** Asks it to stop, as Docker does. */
  stop(): Promise<number | null>;
};

export type RunOptions = { readonly env: Readonly<Record<string, string>>; readonly args?: readonly string[] };

const start = ([file = '', ...args]: readonly string[], image: Image, env: RunOptions['env']): ChildProcess =>
  spawn(file, args, {
    cwd: image.cwd,
    env: { PATH: `${join(dirname(image.root), 'tools')}:${process.env['PATH'] ?? ''}`, ...image.env, ...env },
    ...unprivileged,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const exitOf = async (child: ChildProcess): Promise<number | null> => ((await once(child, 'close')) as [number | null])[0];

/** Starts an image; disposing of it ends it. */
export const startContainer = (image: Image, { env, args = [] }: RunOptions): Container => {
  const child = start([...image.entrypoint, ...args], image, env);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => (output += String(chunk)));
  const exited = exitOf(child);
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return exited;
  };
  return {
    exited,
    output: () => output,
    healthy: async () => {
      const signal = AbortSignal.timeout(healthyWithinMs);
      while ((await exitOf(start(image.healthcheck, image, env))) !== 0) {
        if (child.exitCode !== null || signal.aborted) throw new Error(`not healthy\n${output}`);
        await wait(askEveryMs);
      }
    },
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
};
