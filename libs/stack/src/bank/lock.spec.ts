import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { placesIn } from './folder.ts';
import { lockBank, supervisorOf } from './lock.ts';

/** A process that takes the locks of all folders when told to, and tells which it got. */
const contender = (folders: readonly string[]) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `
    import { once } from 'node:events';
    const { lockBank } = await import(${JSON.stringify(join(import.meta.dirname, 'lock.ts'))});
    console.log('here');
    await once(process.stdin, 'data');
    const results = [];
    for (const folder of ${JSON.stringify(folders)}) results.push(await lockBank(folder).then(() => 'taken', error => error.code));
    console.log(results.join());
    await once(process.stdin, 'end');
  `], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const hear = async (): Promise<string> => String((await lines.next()).value);
  return { hear, go: () => child.stdin.write('go'), end: () => child.stdin.end() };
};

const leaveStaleLock = async (folder: string): Promise<void> => {
  await mkdir(placesIn(folder).run, { recursive: true });
  await writeFile(placesIn(folder).lock, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
};

describe('the lock of a bank', () => {
  it('names the supervisor until it is given back', async () => {
    const folder = await temporaryFolder();
    const lock = await lockBank(folder);
    expect(await supervisorOf(folder)).toMatchObject({ pid: process.pid });
    await lock[Symbol.asyncDispose]();
    expect(await supervisorOf(folder)).toBeUndefined();
  });

  it('is held by one at a time', async () => {
    const folder = await temporaryFolder();
    await using resources = new AsyncDisposableStack();
    resources.use(await lockBank(folder));
    await expect(lockBank(folder)).rejects.toMatchObject({ code: 'BANK_RUNNING' });
  });

  it('of a supervisor that was killed counts for nothing', async () => {
    const folder = await temporaryFolder();
    await leaveStaleLock(folder);
    expect(await supervisorOf(folder)).toBeUndefined();
    await using resources = new AsyncDisposableStack();
    resources.use(await lockBank(folder));
    expect(await supervisorOf(folder)).toMatchObject({ pid: process.pid });
  });

  it('of a supervisor that was killed goes to one of two who want it at the same time', async () => {
    const parent = await temporaryFolder();
    const folders = Array.from({ length: 100 }, (_, index) => join(parent, String(index)));
    await Promise.all(folders.map(leaveStaleLock));
    const contenders = [contender(folders), contender(folders)];
    await Promise.all(contenders.map(({ hear }) => hear()));
    for (const { go } of contenders) go();
    const [one = [], other = []] = await Promise.all(contenders.map(async ({ hear }) => (await hear()).split(',')));
    for (const { end } of contenders) end();
    expect(folders.map((_, index) => [one[index], other[index]].sort())).toEqual(folders.map(() => ['BANK_RUNNING', 'taken']));
  });
});
