import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { prepareServers } from './training.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it('a training that fails is a warning with its reason, for the servers start without it too', async () => {
  const home = await temporaryFolder();
  const java = join(home, 'bin/java');
  await mkdir(dirname(java));
  await writeFile(java, `#!/bin/sh\necho 'openjdk version "17.0.0" of ${home}' >&2\ntest "$1" = -version || { echo no memory; exit 1; }\n`);
  await chmod(java, 0o755);
  vi.stubEnv('JAVA_HOME', home);
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  await prepareServers(new AbortController().signal);
  expect(String(warn.mock.calls.flat()[1])).toMatch(/no memory/);
});
