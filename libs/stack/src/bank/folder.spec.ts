import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { isForBank, placesIn } from './folder.ts';

it('a folder is for a bank when it is a bank\'s already, empty, or not there, and never when it is somebody else\'s', async () => {
  const folder = await temporaryFolder();
  expect(await isForBank(folder)).toBe(true);
  await writeFile(join(folder, 'thesis.txt'), 'years of work');
  expect(await isForBank(folder)).toBe(false);
  await mkdir(placesIn(folder).run);
  expect(await isForBank(folder)).toBe(true);
  await rm(folder, { recursive: true });
  expect(await isForBank(folder)).toBe(true);
});
