import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { findExecutable, runChild, startChild, stopChild } from './child.ts';
import { identityOf, isRunning, ProcessIdentity } from './identity.ts';

let log = '';
beforeEach(async () => {
  log = join(await temporaryFolder(), 'log');
});

const node = (script: string) => ({ file: process.execPath, args: ['-e', script], cwd: tmpdir() });
const forever = 'setInterval(() => undefined, 1_000)';
const isGone = (identity: ProcessIdentity) => expect.poll(() => isRunning(identity)).toBe(false);
/** Of a process by its id; none when it is gone. */
const argumentsOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
};
const logged = () => readFile(log, 'utf8');

describe('a child process', () => {
  it('writes to its log', async () => {
    await runChild(node('console.log("out"); console.error("err")'), log);
    expect(await logged()).toBe('out\nerr\n');
  });

  it('is told by the last lines of its log when it fails', async () => {
    await expect(runChild(node('console.log("no disk"); process.exit(3)'), log)).rejects.toThrow(/ended with code 3\nno disk/);
  });

  it('that cannot be started is an error', async () => {
    await expect(startChild({ file: '/nowhere/program', args: [], cwd: '/nowhere' }, log)).rejects.toThrow('ENOENT');
  });

  it('takes what it started along when it ends', async () => {
    const child = await startChild({ file: 'sh', args: ['-c', 'sleep 1000 & echo $!; exit 0'], cwd: tmpdir() }, log);
    await child.exited;
    const grandchild = Number(await logged());
    await expect.poll(() => identityOf(grandchild)).toBeUndefined();
  });

  it('is asked to stop, and killed when it does not', async () => {
    const child = await startChild(node(`process.on('SIGTERM', () => undefined); console.log('deaf'); ${forever}`), log);
    await expect.poll(logged).toBe('deaf\n');
    await stopChild(child, 'SIGTERM', 100);
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it.runIf(process.platform === 'linux')('dies with its parent, even by kill −9', async () => {
    const module = join(import.meta.dirname, 'child.ts');
    const command = JSON.stringify({ file: 'sleep', args: ['1000'], cwd: '/' });
    const parent = spawn(process.execPath, ['--input-type=module', '-e', `
      const { startChild } = await import(${JSON.stringify(module)});
      const child = await startChild(${command}, ${JSON.stringify(log)});
      console.log(JSON.stringify(child.identity));
    `], { stdio: ['ignore', 'pipe', 'inherit'] });
    const output: unknown[] = await once(parent.stdout, 'data');
    const child = ProcessIdentity.parse(JSON.parse(String(output[0])));
    expect(isRunning(child)).toBe(true);
    parent.kill('SIGKILL');
    await isGone(child);
  });

  it.runIf(process.platform === 'linux')('dies with a parent that was gone before the death signal was set', async () => {
    const folder = dirname(log);
    const mark = join(folder, 'parent-is-gone');
    // setpriv itself, once the parent is gone.
    await writeFile(join(folder, 'setpriv'), `#!/bin/sh
      while kill -0 "$STARTED_BY" 2>/dev/null; do sleep 0.02; done
      : >"${mark}"
      exec ${String(findExecutable('setpriv'))} "$@"
    `, { mode: 0o755 });
    // The log's path is nowhere else: it tells the child from all other processes.
    const command = JSON.stringify({ file: process.execPath, args: ['-e', forever, log], cwd: '/' });
    const parent = spawn(process.execPath, ['--input-type=module', '-e', `
      const { startChild } = await import(${JSON.stringify(join(import.meta.dirname, 'child.ts'))});
      process.env['STARTED_BY'] = String(process.pid);
      void startChild(${command}, ${JSON.stringify(`${log}.out`)});
      process.kill(process.pid, 'SIGKILL');
    `], { stdio: 'ignore', env: { ...process.env, PATH: `${folder}:${String(process.env['PATH'])}` } });
    expect(await once(parent, 'exit')).toEqual([null, 'SIGKILL']);
    const left = (): readonly string[] => readdirSync('/proc').filter(name => /^\d+$/.test(name) && argumentsOf(name).includes(log));
    await expect.poll(() => existsSync(mark), { timeout: 10_000 }).toBe(true);
    await expect.poll(left, { timeout: 10_000 }).toEqual([]);
  });
});

describe('a process id', () => {
  it('with another start time is another process', () => {
    const own = identityOf(process.pid);
    expect(own && isRunning(own)).toBe(true);
    expect(isRunning({ pid: process.pid, startedAt: '1' })).toBe(false);
  });
});

it('an executable is looked up like a shell does', () => {
  expect(findExecutable('sh')).toMatch(/\/sh$/);
  expect(findExecutable('no-such-program')).toBeUndefined();
});
