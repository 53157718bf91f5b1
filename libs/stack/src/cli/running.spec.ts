import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { placesIn } from '../bank/folder.ts';
import { bankPorts } from '../bank/ports.ts';
import { writeStatus } from '../bank/status.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { StartOptions } from './options.ts';
import { reportRunning } from './running.ts';

let folder = '';
let complaints: string[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  complaints = [];
  await mkdir(placesIn(folder).run);
  writeStatus(folder, { ports: bankPorts(19_900), certificates: '/srv/certs', handler: 'java -jar handler.jar', parts: [] });
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  vi.spyOn(process.stderr, 'write').mockImplementation(text => complaints.push(String(text)) > 0);
});
afterEach(() => vi.restoreAllMocks());

const report = (asked: Partial<StartOptions>): Promise<number> =>
  reportRunning({ folder, ports: undefined, certificates: '/srv/certs', https: false, handler: undefined, without: [], fresh: false, foreground: false, ...asked });

describe('a start while the bank runs', () => {
  it.each([{}, { ports: bankPorts(19_900) }, { handler: 'java -jar handler.jar' }])('is fine when it asks for what runs: %j', async asked => {
    expect(await report(asked)).toBe(0);
    expect(complaints).toEqual([]);
  });

  it.each([
    [{ ports: bankPorts() }, 'other ports'], [{ handler: 'sleep 5' }, 'another handler'], [{ foreground: true }, 'the foreground'],
    [{ certificates: undefined }, 'plaintext'], [{ certificates: '/other/certs' }, 'the certificates of /other/certs'], [{ https: true }, 'https'],
  ])('that asks for something else fails, and tells what runs: %j', async (asked, difference) => {
    expect(await report(asked)).toBe(1);
    expect(complaints.join('')).toContain(`It runs at http://127.0.0.1:19900, secured by /srv/certs, with the handler java -jar handler.jar. For ${difference},`);
  });

  it('forgets nothing', async () => {
    expect(await report({ fresh: true })).toBe(1);
    expect(complaints.join('')).toContain('To forget its data, stop it first');
  });
});
