import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolders } from '../stack.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { privilegesOf } from './postgres-user.ts';

const user = { uid: 65_534, gid: 65_534 };
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

describe('the user of PostgreSQL', () => {
  it('passes through a stack\'s folders without a capability, and enters no other', async () => {
    const folder = await temporaryFolder();
    await makeFolders(folder);
    expect(await privilegesOf(user, [join(folder, 'data/postgres')])).toEqual(['--reuid=65534', '--regid=65534', '--clear-groups']);
    const closed = ['secrets', 'logs', 'data/kafka', 'data/registry'].map(name => join(folder, name));
    expect(await Promise.all([folder, join(folder, 'data')].map(modeOf))).toEqual([0o711, 0o711]);
    expect(await Promise.all(closed.map(modeOf))).toEqual(closed.map(() => 0o700));
  });

  it('needs one below a folder that is closed to others', async () => {
    const folder = join(await temporaryFolder(), 'bank');
    await mkdir(folder);
    await makeFolders(folder);
    expect(await privilegesOf(user, [join(folder, 'data/postgres')])).toContainEqual(expect.stringMatching(/^--ambient-caps=\+dac_/));
  });
});
