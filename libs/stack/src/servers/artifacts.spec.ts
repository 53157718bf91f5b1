import { chmod, readdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { installArtifacts } from './artifacts.ts';

let cache = '';
let bin = '';
beforeEach(async () => {
  cache = await temporaryFolder();
  bin = await temporaryFolder();
  vi.stubEnv('PATH', [bin, process.env['PATH']].join(delimiter));
});
afterEach(() => vi.unstubAllEnvs());

/** A Maven that works in the folder of its pom, its last argument but one, as the shell commands say. */
const installMaven = async (commands: string): Promise<void> => {
  const maven = join(bin, 'mvn');
  await writeFile(maven, `#!/bin/sh\nwhile [ "$1" != --file ]; do shift; done\ncd "$(dirname "$2")" || exit 9\n${commands}\n`);
  await chmod(maven, 0o755);
};
const download = 'mkdir kafka registry && touch registry/apicurio-runner.jar';

describe('the download of the servers', () => {
  it('happens once', async () => {
    await installMaven(download);
    const first = await installArtifacts({ cache });
    await installMaven('exit 1');
    expect(await installArtifacts({ cache })).toEqual(first);
    expect(first.registryJar).toMatch(/apicurio-runner\.jar$/);
  });

  it('that fails leaves nothing behind, and tells what Maven said', async () => {
    await installMaven('mkdir kafka; echo the network is down; exit 1');
    await expect(installArtifacts({ cache })).rejects.toThrow(/the network is down/);
    expect(await readdir(cache)).toEqual([]);
  });

  it('may happen twice at the same time', async () => {
    await installMaven(download);
    const [one, other] = await Promise.all([installArtifacts({ cache }), installArtifacts({ cache })]);
    expect(one).toEqual(other);
    expect(await readdir(cache)).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    await installMaven(`touch "${cache}/started"; exec sleep 1000`);
    const stop = new AbortController();
    const installing = installArtifacts({ cache, signal: stop.signal });
    await expect.poll(() => readdir(cache)).toContain('started');
    stop.abort();
    await expect(installing).rejects.toThrow();
    expect(await readdir(cache)).toEqual(['started']);
  });
});
