import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { placesIn } from './folder.ts';
import { lockBank, supervisorOf } from './lock.ts';

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
    await mkdir(placesIn(folder).run, { recursive: true });
    await writeFile(placesIn(folder).lock, JSON.stringify({ pid: process.pid, startedAt: 'another time' }));
    expect(await supervisorOf(folder)).toBeUndefined();
    await using resources = new AsyncDisposableStack();
    resources.use(await lockBank(folder));
    expect(await supervisorOf(folder)).toMatchObject({ pid: process.pid });
  });
});
