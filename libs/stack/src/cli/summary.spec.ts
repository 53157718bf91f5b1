import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { employeeOf } from '../bank/folder.ts';
import { bankPorts } from '../bank/ports.ts';
import type { BankStatus } from '../bank/status.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { stopCommand, summaryOf } from './summary.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
  vi.stubEnv('CI', undefined);
});
afterEach(() => vi.unstubAllEnvs());

const summary = async (bank: Omit<BankStatus, 'ports' | 'parts'> = {}): Promise<string> =>
  stripVTControlCharacters(await summaryOf(folder, { ports: bankPorts(), ...bank }));

describe('the summary of a bank', () => {
  it('has commands that a shell takes as they stand, in a folder with a space', async () => {
    expect(stopCommand(folder)).toMatch(/stop\.sh --dir '\/.*bank test-.*'$/);
    expect(await summary()).toMatch(/addresses {2}\. '\/.*bank test-.*\/env'\n/);
  });

  it('has commands no wider than 100 columns', async () => {
    const commands = (await summary()).split('\n').filter(line => /curl|-d/.test(line));
    expect(commands.filter(line => line.length > 100)).toEqual([]);
  });

  it('shows the password to a person, and where it stands to a log', async () => {
    const { password } = await employeeOf(folder);
    expect(await summary()).toContain(`employee, password ${password}\n`);
    vi.stubEnv('CI', 'true');
    expect(await summary()).not.toContain(password);
    expect(await summary()).toContain(`employee, password in ${folder}/secrets/employee\n`);
  });

  it('names the handler when it is not ours', async () => {
    expect(await summary()).not.toContain('handler');
    expect(await summary({ handler: 'java -jar handler.jar' })).toContain('handler    java -jar handler.jar\n');
  });

  it('says whether it is secured, and how the page is reached', async () => {
    expect(await summary({ certificates: '/srv/certs' })).toMatch(/address {4}http:.*\n {2}security {3}TLS and least privilege .* in \/srv\/certs\n/);
    expect(await summary({ certificates: '/srv/certs', https: true })).toContain('address    https://127.0.0.1:8080\n');
    expect(await summary()).toContain('security   none: plaintext');
  });
});
