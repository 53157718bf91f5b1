/** The gate before the schema registry: nginx on docker/nginx/registry.conf, with the users that setup.sh makes. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '@bank/stack';
import { dockerFolder, workspace } from './compose-file.ts';
import { startNameServer } from './testing/name-server.ts';
import { ask, startNginx } from './testing/nginx.ts';

const resources = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'registry-'));
const secrets = join(folder, 'secrets');
let port = 0;
let healthPort = 0;
/** What came through to the registry. */
const received: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];

const tell = async (method: string, path: string, name?: string, password?: string): Promise<number> => {
  const auth = name === undefined ? {} : { auth: `${name}:${password ?? readFileSync(join(secrets, `${name}.registry-password`), 'utf8')}` };
  return (await ask({ port, ca: readFileSync(join(secrets, 'ca.pem')), method, path, servername: 'registry', ...auth })).status;
};

beforeAll(async () => {
  execFileSync(join(workspace, 'scripts/docker.sh'), ['start', '--only-secrets', '--secrets', secrets, '--certs', join(folder, 'certs')]);
  // In the container each secret is mounted by itself, whoever may enter the folder outside.
  for (const passage of [folder, secrets]) chmodSync(passage, 0o755);
  mkdirSync(join(folder, 'nginx'));
  const registry = createServer(({ method, url, headers }, response) => {
    received.push({ method, url, headers });
    response.end('[]');
  }).listen(0, '127.0.0.1');
  resources.defer(async () => {
    const closed = once(registry, 'close');
    registry.close();
    await closed;
  });
  await once(registry, 'listening');
  const names = resources.use(await startNameServer(['127.0.0.1']));
  [port = 0, healthPort = 0] = await freePorts(2);
  resources.use(await startNginx({
    settings: join(dockerFolder, 'nginx/registry.conf'),
    folder: join(folder, 'nginx'),
    port,
    changes: {
      'listen 8081': `listen 127.0.0.1:${port}`,
      'listen 127.0.0.1:8080': `listen 127.0.0.1:${healthPort}`,
      '/run/secrets': secrets,
      '127.0.0.11': `127.0.0.1:${names.port}`,
      '$registry:8081': `$registry:${(registry.address() as AddressInfo).port}`,
    },
  }));
});

afterAll(async () => {
  await resources.disposeAsync();
  rmSync(folder, { recursive: true });
});

const services = ['command-handler', 'command-generator', 'heartbeat', 'graphql-endpoint'];

describe('the gate of the registry', () => {
  it('lets nobody in without a password, or with a wrong one', async () => {
    expect(await tell('GET', '/subjects')).toBe(401);
    expect(await tell('GET', '/subjects', 'synchronizer', 'wrong')).toBe(401);
    expect(await tell('PUT', '/config', 'synchronizer', 'wrong')).toBe(401);
    expect(await tell('GET', '/subjects', 'nobody', 'wrong')).toBe(401);
    expect(received).toEqual([]);
  });

  it.each(services)('lets %s read and look up', async name => {
    expect(await tell('GET', '/schemas/ids/1', name)).toBe(200);
    expect(await tell('GET', '/subjects/heartbeat-nl.openweb.data.Heartbeat/versions/latest', name)).toBe(200);
    expect(await tell('POST', '/subjects/heartbeat-nl.openweb.data.Heartbeat', name)).toBe(200);
    expect(await tell('POST', '/subjects/heartbeat-nl.openweb.data.Heartbeat?normalize=true', name)).toBe(200);
  });

  it.each(services)('lets %s change nothing', async name => {
    for (const [method, path] of [
      ['POST', '/subjects/heartbeat-nl.openweb.data.Heartbeat/versions'],
      ['POST', '/subjects/heartbeat-nl.openweb.data.Heartbeat%2Fversions/../x/versions'],
      ['POST', '/subjects//heartbeat/versions'],
      ['POST', '/subjects/../subjects/heartbeat/versions'],
      ['POST', '/subjects/heartbeat/versions?'],
      ['POST', '/subjects/heartbeat;/versions'],
      ['PUT', '/config/heartbeat'],
      ['PUT', '/mode'],
      ['DELETE', '/subjects/heartbeat'],
      ['POST', '/compatibility/subjects/heartbeat/versions/latest'],
    ] as const) expect(await tell(method, path, name), `${method} ${path}`).toBe(403);
  });

  it('lets the synchronizer do all', async () => {
    for (const [method, path] of [['GET', '/subjects'], ['POST', '/subjects/a/versions'], ['PUT', '/config/a'], ['DELETE', '/subjects/a']] as const) {
      expect(await tell(method, path, 'synchronizer')).toBe(200);
    }
  });

  it('keeps passwords to itself', () => {
    expect(received.length).toBeGreaterThan(0);
    for (const { headers } of received) expect(headers).not.toHaveProperty('authorization');
  });

  it('says whether the registry answers, to itself alone', async () => {
    expect((await fetch(`http://127.0.0.1:${healthPort}/health`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${healthPort}/subjects`)).status).toBe(404);
  });
});
