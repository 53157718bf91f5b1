import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** Runs a script of Node with a stack of its own, not with that of these tests. */
const withStack = (script: string): ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> } => {
  const env = { ...process.env, KAFKA_BROKERS: undefined, SCHEMA_REGISTRY_URL: undefined, TEST_DATABASE_ADMIN_URL: undefined };
  return spawn(process.execPath, [join(import.meta.dirname, 'with-stack.ts'), process.execPath, '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'], env,
  });
};

const answers = (port: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(Number(port), '127.0.0.1', () => resolve(true));
    socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
  });

const Ports = z.array(z.string());

const tellAddresses = `
  const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TEST_DATABASE_ADMIN_URL } = process.env;
  console.log(JSON.stringify([KAFKA_BROKERS.split(':')[1], new URL(SCHEMA_REGISTRY_URL).port, new URL(TEST_DATABASE_ADMIN_URL).port]));
`;

describe('a command with a stack', () => {
  it('is told where the servers are, and its exit code is kept', async () => {
    const child = withStack(`${tellAddresses} process.exit(3)`);
    const [ports, exit] = await Promise.all([json(child.stdout), once(child, 'exit')]);
    expect(exit).toEqual([3, null]);
    expect(await Promise.all(Ports.parse(ports).map(answers))).toEqual([false, false, false]);
  });

  it('is stopped with its stack', async () => {
    const child = withStack(`${tellAddresses} setInterval(() => undefined, 1_000)`);
    const exited = once(child, 'exit');
    const output: unknown[] = await once(child.stdout, 'data');
    const ports = Ports.parse(JSON.parse(String(output[0])));
    expect(await Promise.all(ports.map(answers))).toEqual([true, true, true]);
    child.kill('SIGTERM');
    expect(await exited).toEqual([143, null]);
    expect(await Promise.all(ports.map(answers))).toEqual([false, false, false]);
  });
});
