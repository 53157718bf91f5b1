/** How an app of the workspace is run. */
import { join } from 'node:path';
import type { Command } from './process/child.ts';
import { workspaceRoot } from './workspace.ts';

const nodeOptions = [
  '--conditions=@bank/source',
  // kafkajs sets timers that are a little late already.
  '--disable-warning=TimeoutNegativeWarning',
  // V8 would let the young objects of a busy service take four times as much: hardly faster, and a third of its memory.
  '--max-semi-space-size=16',
];

export type AppOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly args?: readonly string[];
  /** More options for Node, such as `--import` of something that watches the app. */
  readonly nodeOptions?: readonly string[];
};

/** The command that runs an app from its source. */
export const appCommand = (app: string, { env, args = [], nodeOptions: more = [] }: AppOptions): Command => ({
  file: process.execPath,
  args: [...nodeOptions, ...more, join('apps', app, 'src/main.ts'), ...args],
  cwd: workspaceRoot,
  env,
});

/** A command of the shell, run in the root of the workspace. */
export const shellCommand = (command: string, env: NodeJS.ProcessEnv): Command => ({ file: 'sh', args: ['-c', command], cwd: workspaceRoot, env });
