import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { PartStatus } from '../supervisor/status.ts';
import { Progress } from './progress.ts';

const status = (name: string, state: PartStatus['state']): PartStatus => ({ name, kind: 'service', state, restarts: 0, log: 'log' });

/** What is written while parts change, with each time as "t s". */
const written = (isTTY: boolean, ...changes: readonly PartStatus[]): string => {
  const output = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const progress = new Progress(output);
  for (const change of changes) progress.show(change);
  progress[Symbol.dispose]();
  return String(output.read() ?? '').replaceAll(/ +\d+\.\d s/g, ' t s');
};

describe('the progress of a start', () => {
  it('is a line for each part that is ready or failed', () => {
    const changes = [status('kafka', 'starting'), status('postgres', 'starting'), status('postgres', 'ready'), status('kafka', 'failed')];
    expect(stripVTControlCharacters(written(false, ...changes))).toBe('  ✓ postgres t s\n  ✗ kafka t s\n');
  });

  it('on a terminal also shows what is under way, and leaves only what lasts', () => {
    const text = written(true, status('kafka', 'starting'), status('postgres', 'starting'), status('postgres', 'ready'));
    const screens = text.split('\x1b[1A\x1b[J').map(stripVTControlCharacters);
    expect(screens).toEqual([expect.stringMatching(/✓ postgres t s\n.* kafka t s\n$/), '']);
  });

  it('says nothing of parts that stop', () => {
    expect(written(false, status('kafka', 'stopping'), status('kafka', 'stopped'))).toBe('');
  });
});
