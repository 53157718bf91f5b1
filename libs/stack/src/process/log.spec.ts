import { closeSync, writeSync } from 'node:fs';
import { stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openLog, tailOf } from './log.ts';

let path = '';
beforeEach(async () => {
  path = join(await temporaryFolder(), 'logs/part.log');
});

const append = (text: string): void => {
  const log = openLog(path);
  writeSync(log, text);
  closeSync(log);
};

describe('a log', () => {
  it('goes on where it ended', async () => {
    append('one\n');
    append('two\n');
    expect(await tailOf(path, 10)).toEqual(['one', 'two']);
  });

  it('that has grown large makes room, and the one before is kept', async () => {
    append('old\n');
    await truncate(path, 51 * 1024 * 1024);
    append('new\n');
    expect(await tailOf(path, 10)).toEqual(['new']);
    expect((await stat(`${path}.1`)).size).toBe(51 * 1024 * 1024);
  });

  it('tells its last lines, however long it is', async () => {
    append('');
    await writeFile(path, `${'x'.repeat(200_000)}\nlast but one\nlast\n`);
    expect(await tailOf(path, 2)).toEqual(['last but one', 'last']);
  });
});
