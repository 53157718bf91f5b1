/** nginx on docker/nginx/web.conf, asked as browsers and others would. */
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSuite, freePorts, startProgram, synchronize } from '@bank/stack';
import { dockerFolder, workspace } from './compose-file.ts';
import { makeCertificates } from './testing/certificates.ts';
import { startNameServer } from './testing/name-server.ts';
import { ask, startNginx, type Answer, type Nginx } from './testing/nginx.ts';

const resources = new AsyncDisposableStack();
const folder = mkdtempSync(join(tmpdir(), 'web-'));
const certificates = makeCertificates('web');
const ca = readFileSync(join(certificates, 'ca.pem'));
const employee = { username: 'employee', password: 'correct-horse-battery' };
let port = 0;
let nginx: Nginx;
let endpointUrl = '';

/** As in the container, but for ports, folders and the name server. */
const start = async (name: string, { endpointPort, addresses, changes = {} }: {
  readonly endpointPort: number;
  readonly addresses: readonly string[];
  readonly changes?: Readonly<Record<string, string>>;
}): Promise<{ port: number; nginx: Nginx }> => {
  const [own = 0] = await freePorts(1);
  const names = resources.use(await startNameServer(addresses));
  mkdirSync(join(folder, name));
  const started = await startNginx({
    settings: join(dockerFolder, 'nginx/web.conf'),
    folder: join(folder, name),
    port: own,
    changes: {
      'listen 8443': `listen 127.0.0.1:${own}`,
      '/run/secrets': certificates,
      '/usr/share/nginx/html': join(folder, 'html'),
      '127.0.0.11': `127.0.0.1:${names.port}`,
      '$endpoint:8080': `$endpoint:${endpointPort}`,
      ...changes,
    },
  });
  resources.use(started);
  return { port: own, nginx: started };
};

const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask({ port, ca, path, headers: { host: `localhost:${port}`, ...headers } });

const graphql = (query: string, headers: Record<string, string> = {}): Promise<Answer> =>
  ask({ port, ca, path: '/graphql', method: 'POST', body: JSON.stringify({ query }), headers: { 'host': `localhost:${port}`, 'content-type': 'application/json', ...headers } });

beforeAll(async () => {
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'html/assets'), { recursive: true });
  writeFileSync(join(folder, 'html/index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(folder, 'html/assets/app-1a2b.js'), `const big = '${'x'.repeat(5_000)}';`);
  cpSync(join(workspace, 'apps/frontend/public/theme.js'), join(folder, 'html/theme.js'));

  const suite = resources.use(await createSuite());
  await synchronize(suite.env);
  const env = {
    ...suite.env,
    DATABASE_URL: await suite.createDatabase(),
    EMPLOYEE_USERNAME: employee.username,
    EMPLOYEE_PASSWORD: employee.password,
    TRUSTED_PROXIES: '127.0.0.1',
    NODE_ENV: 'production',
  };
  const endpoint = resources.use(await startProgram('graphql-endpoint', { env }));
  endpointUrl = endpoint.url;
  ({ port, nginx } = await start('bank', { endpointPort: Number(new URL(endpoint.url).port), addresses: ['127.0.0.1'] }));
});

afterAll(async () => {
  await resources.disposeAsync();
  for (const made of [folder, certificates]) rmSync(made, { recursive: true });
});

describe('the page', () => {
  it('is given out for every route of the browser, to be asked for anew each time', async () => {
    for (const path of ['/', '/account', '/transfers/01234']) {
      expect(await get(path)).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache', 'content-type': 'text/html' }, body: expect.stringContaining('the page') as string });
    }
  });

  it('has assets that are kept for ever, and sent compressed to who takes that', async () => {
    expect(await get('/assets/app-1a2b.js')).toMatchObject({ status: 200, headers: { 'cache-control': 'public, max-age=31536000, immutable' } });
    expect(await get('/assets/app-1a2b.js', { 'accept-encoding': 'gzip' })).toMatchObject({ status: 200, headers: { 'content-encoding': 'gzip' } });
    expect(await get('/theme.js')).toMatchObject({ status: 200, headers: { 'cache-control': 'no-cache' } });
  });

  it('is not given for a file that is not there, which nobody keeps either', async () => {
    const { status, headers } = await get('/assets/app-old.js');
    expect(status).toBe(404);
    expect(headers).not.toHaveProperty('cache-control');
  });
});

describe('its headers', () => {
  const ofTheEndpoint = async (): Promise<[string, string][]> => {
    const { headers } = await fetch(`${endpointUrl}/graphql?query=%7B__typename%7D`);
    return [...headers].filter(([name]) => /^(content-security-policy|cross-origin-|origin-agent|referrer-|x-)/.test(name));
  };

  it('are those of the endpoint, on the page as on errors and on what comes from the endpoint, each once', async () => {
    const expected = await ofTheEndpoint();
    expect(expected.length).toBeGreaterThanOrEqual(10);
    for (const { headers } of [await get('/'), await get('/none.js'), await graphql('{ me { username } }'), await get('/results/')]) {
      expect(headers).toMatchObject(Object.fromEntries(expected));
    }
  });

  it('tell browsers to come by TLS only, and nobody what runs here', async () => {
    for (const { headers } of [await get('/'), await get('/none.js'), await graphql('{ me { username } }')]) {
      expect(headers['strict-transport-security']).toBe('max-age=31536000');
      expect(headers['server']).toBe('nginx');
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });
});

describe('GraphQL behind it', () => {
  it('is answered, and a login brings a cookie for TLS only', async () => {
    const logIn = `mutation { logIn(username: "${employee.username}", password: "${employee.password}") { __typename } }`;
    const { status, headers } = await graphql(logIn, { origin: `https://localhost:${port}` });
    expect(status).toBe(200);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^session=.*; HttpOnly; Secure; SameSite=Strict/);
    const { body } = await graphql('{ me { username role } }', { cookie: cookie.split(';', 1)[0] ?? '' });
    expect(JSON.parse(body)).toEqual({ data: { me: { username: 'employee', role: 'EMPLOYEE' } } });
  });

  it('refuses a page of another site, and another host name', async () => {
    expect(await graphql('{ me { username } }', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
    expect(await graphql('{ me { username } }', { host: 'evil.example' })).toMatchObject({ status: 421 });
  });

  it('does not believe what a client says of its own address', async () => {
    await graphql('{ me { username } }', { 'x-forwarded-for': '203.0.113.9' });
    expect(nginx.accessLog()).not.toContain('203.0.113.9');
  });

  it('is reached by WebSocket', async () => {
    const socket = new WebSocket(`wss://localhost:${port}/graphql`, 'graphql-transport-ws', { ca, origin: `https://localhost:${port}` });
    const next = async (): Promise<unknown> => JSON.parse(String((await once(socket, 'message'))[0]));
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    expect(await next()).toMatchObject({ type: 'connection_ack' });
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ me { username } }' } }));
    expect(await next()).toMatchObject({ id: '1', type: 'error', payload: [{ message: expect.stringContaining('only subscriptions') as string }] });
    socket.terminate();
  });

  it('has its measurements beside it', async () => {
    const { status, body } = await get('/results/');
    expect(status).toBe(200);
    const [newest = ''] = JSON.parse(body) as string[];
    expect(await get(`/results/${newest}`)).toMatchObject({ status: 200 });
  });
});

describe('what is too much', () => {
  it('is refused: a body over 128 kB, headers over 32 kB', async () => {
    const tooLarge = { port, ca, path: '/graphql', method: 'POST', body: 'x'.repeat(200 * 1024) };
    expect(await ask(tooLarge)).toMatchObject({ status: 413 });
    expect(await get('/', { cookie: 'x'.repeat(40 * 1024) })).toMatchObject({ status: 400 });
  });

  it('is refused: more requests of one address than the rate allows, in the words of HTTP', async () => {
    const endpointPort = Number(new URL(endpointUrl).port);
    const slow = await start('slow', { endpointPort, addresses: ['127.0.0.1'], changes: { 'rate=500r/s': 'rate=1r/m', 'burst=1000': 'burst=2' } });
    const query = (): Promise<Answer> => ask({ port: slow.port, ca, path: '/graphql?query=%7B__typename%7D', headers: { 'host': `localhost:${slow.port}`, 'apollo-require-preflight': 'yes' } });
    const statuses = [await query(), await query(), await query(), await query()].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    // The page itself has no such bound.
    expect(await ask({ port: slow.port, ca, path: '/' })).toMatchObject({ status: 200 });
  });
});

describe('TLS', () => {
  const protocolOf = async (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', ca, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' });
    await once(socket, 'secureConnect');
    const protocol = socket.getProtocol();
    socket.destroy();
    return protocol;
  };

  it('is spoken in its versions 1.2 and 1.3, no older one', async () => {
    expect(await protocolOf('TLSv1.3')).toBe('TLSv1.3');
    expect(await protocolOf('TLSv1.2')).toBe('TLSv1.2');
    await expect(protocolOf('TLSv1.1')).rejects.toThrow(/protocol version/);
  });

  it('is all that is spoken', async () => {
    await expect(fetch(`http://127.0.0.1:${port}/`)).resolves.toMatchObject({ status: 400 });
  });
});

describe('the access log', () => {
  it('says what was asked for, but not what stands behind the question mark', async () => {
    await get('/account?secret=1234');
    expect(nginx.accessLog()).toContain(' GET /index.html 200 ');
    expect(nginx.accessLog()).not.toContain('1234');
  });
});

describe('two endpoints', () => {
  it('are both asked, by the one name that they share', async () => {
    const seen = new Set<string>();
    const served = ['127.0.0.1', '127.0.0.2'];
    const servers = served.map(() => createServer((request, response) => {
      seen.add(request.socket.localAddress ?? '');
      response.end();
    }));
    const [first, second] = servers;
    first?.listen(0, served[0]);
    if (first) await once(first, 'listening');
    const endpointPort = (first?.address() as AddressInfo).port;
    second?.listen(endpointPort, served[1]);
    if (second) await once(second, 'listening');
    const scaled = await start('scaled', { endpointPort, addresses: served });
    for (let at = 0; at < 20; at += 1) await ask({ port: scaled.port, ca, path: '/graphql' });
    expect([...seen].sort()).toEqual(served);
    for (const server of servers) server.close();
  });
});
