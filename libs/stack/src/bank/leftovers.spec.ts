import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { startChild, type RunningChild } from '../process/child.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../process/identity.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { placesIn } from './folder.ts';
import { endLeftovers } from './leftovers.ts';
import { bankPorts } from './ports.ts';
import { writeStatus } from './status.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(placesIn(folder).run, { recursive: true });
});

const start = (script: string): Promise<RunningChild> =>
  startChild({ file: 'sh', args: ['-c', script], cwd: tmpdir() }, join(folder, 'log'));

/** What a supervisor that was killed has left written. */
const remember = (name: string, process: ProcessIdentity): void => {
  const part = { name, kind: 'service', state: 'ready', process, stopSignal: 'SIGTERM', restarts: 0, log: 'log' } as const;
  writeStatus(folder, { ports: bankPorts(), parts: [part] });
};

describe('what a killed supervisor has left', () => {
  it('is nothing where no bank ran', async () => {
    expect(await endLeftovers(folder)).toEqual([]);
  });

  it('is ended', async () => {
    const child = await start('exec sleep 1000');
    remember('command-handler', child.identity);
    expect(await endLeftovers(folder)).toEqual(['command-handler']);
    expect(isRunning(child.identity)).toBe(false);
  });

  it('is not another process that has the same id', async () => {
    const child = await start('exec sleep 1000');
    remember('command-handler', { ...child.identity, startedAt: '1' });
    expect(await endLeftovers(folder)).toEqual([]);
    expect(isRunning(child.identity)).toBe(true);
    child.kill('SIGKILL');
    await child.exited;
  });

  it.runIf(process.platform === 'linux')('may be what a shell started before it was killed', async () => {
    // As a shell in a session of its own would leave it: its end takes nothing along. Without --wait, setsid would end before the
    // new session is there, and what it has started would be killed with its old group; it complains of the kill.
    const shell = await start('exec setsid --wait sh -c \'echo $$; sleep 1000 & echo $!; kill -9 $$\' 2>/dev/null');
    await expect.poll(async () => (await readFile(join(folder, 'log'), 'utf8')).split('\n')).toHaveLength(3);
    const [leader, left] = (await readFile(join(folder, 'log'), 'utf8')).split('\n').map(Number);
    await expect.poll(() => identityOf(leader ?? 0)).toBeUndefined();
    const survivor = identityOf(left ?? 0);
    expect(survivor).toBeDefined();
    remember('command-handler', { ...shell.identity, pid: leader ?? 0 });
    expect(await endLeftovers(folder)).toEqual(['command-handler']);
    expect(survivor && isRunning(survivor)).toBe(false);
    await shell.exited;
  });
});
