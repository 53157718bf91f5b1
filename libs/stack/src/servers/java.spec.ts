import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { findJava, findMaven } from './java.ts';

let machine = '';

/** A Java that does nothing but tell its version, as the real ones do: on standard error. */
const installJava = async (folder: string, version: string): Promise<string> => {
  const java = join(machine, folder, 'bin/java');
  await mkdir(dirname(java), { recursive: true });
  await writeFile(java, `#!/bin/sh\necho 'openjdk version "${version}" 2025-04-15' >&2\n`);
  await chmod(java, 0o755);
  return java;
};

beforeEach(async () => {
  machine = await temporaryFolder();
  vi.stubEnv('PATH', join(machine, 'path/bin'));
  vi.stubEnv('JAVA_HOME', undefined);
});
afterEach(() => vi.unstubAllEnvs());

const find = async () => (await findJava(join(machine, 'jvm'))).file;

describe('Java', () => {
  it('is that of JAVA_HOME before that of the PATH', async () => {
    await installJava('path', '21.0.2');
    const home = await installJava('home', '17.0.15');
    vi.stubEnv('JAVA_HOME', join(machine, 'home'));
    expect(await find()).toBe(home);
  });

  it('that is too old is passed over', async () => {
    await installJava('path', '1.8.0_392');
    const installed = await installJava('jvm/java-17', '17.0.15');
    await installJava('jvm/java-11', '11.0.2');
    expect(await find()).toBe(installed);
  });

  it('that is missing is told with the command that installs it', async () => {
    await installJava('path', '11.0.2');
    await expect(find()).rejects.toThrow(
      'Java 17 or later is missing; install it, on Debian or Ubuntu by: apt-get install openjdk-17-jre-headless maven',
    );
  });
});

it('Maven that is missing is told with the command that installs it', () => {
  expect(findMaven).toThrow('Maven is missing; install it, on Debian or Ubuntu by: apt-get install openjdk-17-jre-headless maven');
});
