/** One run of a scenario with one handler, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';
import type { Scenario } from './figures.ts';
import type { Handler } from './handlers.ts';

const workspaceRoot = join(import.meta.dirname, '../../../..');

const Package = z.object({ nx: z.object({ targets: z.record(z.string(), z.object({ command: z.string().optional() })) }) });

/** How the scenario is run by hand. @throws Error when it cannot be */
export const commandOf = async (scenario: Scenario): Promise<string> => {
  const { nx } = Package.parse(JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')));
  const command = nx.targets[scenario]?.command;
  if (command === undefined) throw new Error(`bench has no target ${scenario} with a command`);
  return command;
};

/**
 * Runs a scenario, whose output is shown as it comes, and gives its result, which is kept nowhere else.
 *
 * @param options of the scenario beside those that tell the handler
 * @throws Error when it does not succeed; what it wrote tells why
 */
export const runScenario = async (scenario: Scenario, { name, command, env }: Handler, options: readonly string[]): Promise<unknown> => {
  const folder = await mkdtemp(join(tmpdir(), 'compare-'));
  try {
    const handler = [...(command === undefined ? [] : [`--handler=${command}`]), ...Object.entries(env).map(([key, value]) => `--with-env=${key}=${value}`)];
    const child = spawn('sh', ['-c', `exec ${await commandOf(scenario)} "$@"`, scenario, ...options, ...handler], {
      cwd: workspaceRoot,
      env: { ...process.env, PATH: [join(workspaceRoot, 'node_modules/.bin'), process.env['PATH']].join(delimiter), BENCH_RESULTS_DIR: folder },
      stdio: 'inherit',
    });
    await once(child, 'exit');
    const [file] = await readdir(folder);
    if (child.exitCode !== 0 || file === undefined) {
      const how = child.signalCode ?? `code ${child.exitCode}`;
      throw new Error(`${scenario} with the handler ${name} ended with ${how}${file === undefined ? ' and no result' : ''}: above stands what it and the handler wrote`);
    }
    return JSON.parse(await readFile(join(folder, file), 'utf8'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
