import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

it('the folders of killed processes go when the next is made, those of living ones and others stay', async () => {
  const parent = await temporaryFolder();
  const { pid: gone } = spawnSync('true');
  const [living, other] = [`bank-stack-${process.ppid}-x`, 'another'];
  for (const name of [`bank-stack-${gone}-x`, living, other]) await mkdir(join(parent, name));
  const own = await makeTemporaryFolder(parent);
  expect((await readdir(parent)).sort()).toEqual([living, other, basename(own)].sort());
});
