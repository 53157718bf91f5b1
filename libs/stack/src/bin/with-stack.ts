/**
 * Runs a command with a stack of its own: with-stack.ts COMMAND [ARGUMENT…]
 *
 * The command finds the servers in KAFKA_BROKERS, SCHEMA_REGISTRY_URL and TEST_DATABASE_ADMIN_URL. When it has ended, or this process
 * is told to stop, the stack is taken down; the exit code is the command's.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { startStack } from '../stack.ts';
import { environmentOf, type StackEnvironment } from '../testing/environment.ts';
import { workspaceRoot } from '../workspace.ts';

/** What a shell makes of a death by signal. */
const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error('usage: with-stack.ts COMMAND [ARGUMENT…]');
  process.exit(2);
}

/** The signals that asked this process to stop; the first one counts. */
const received: NodeJS.Signals[] = [];
const stopping = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    received.push(name);
    stopping.abort();
  });
}

const run = (file: string, environment: StackEnvironment): Promise<number> => {
  const path = [join(workspaceRoot, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  const child = spawn(file, args, { stdio: 'inherit', env: { ...process.env, ...environment, PATH: path } });
  const passOn = (): void => {
    // Ctrl-C in a terminal reaches the command by itself; a second one would cut its own cleaning up short.
    if (received[0] !== 'SIGINT' || !process.stdin.isTTY) child.kill(received[0]);
  };
  stopping.signal.addEventListener('abort', passOn, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : codeOf(signal)));
  });
};

try {
  await using stack = await startStack({ signal: stopping.signal });
  process.exitCode = await run(command, environmentOf(stack));
} catch (error) {
  if (received[0] === undefined) throw error;
  process.exitCode = codeOf(received[0]);
}
