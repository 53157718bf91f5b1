import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeResult } from './result.ts';

it('writes a result under the time and the scenario it is of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'results-'));
  const path = writeResult('startup', { seconds: 12 }, { at: new Date('2026-11-22T15:19:00.123Z'), folder });
  expect(path).toBe(join(folder, '20261122T151900Z-startup.json'));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ scenario: 'startup', at: '2026-11-22T15:19:00.123Z', arguments: process.argv.slice(2), seconds: 12 });
  rmSync(folder, { recursive: true });
});
