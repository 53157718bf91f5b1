import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type pg from 'pg';
import { createPool } from '@bank/service/database';
import { runProgram, type Program } from '@bank/stack';
import { Browser } from './testing/browser.ts';
import { projectionIn } from './testing/database.ts';
import { eventually } from './testing/eventually.ts';
import { askDeposit, followTransactions, nextBalances, openOwnAccount } from './testing/operations.ts';
import { createSetting, type Setting } from './testing/setting.ts';

const resources = new AsyncDisposableStack();
let setting: Setting;
let endpoint: Program;
let folder: string;

beforeAll(async () => {
  folder = resources.adopt(await mkdtemp(join(tmpdir(), 'endpoint-')), made => rm(made, { recursive: true }));
  await mkdir(join(folder, 'dist/assets'), { recursive: true });
  await mkdir(join(folder, 'results'));
  await mkdir(join(folder, 'seed'));
  await writeFile(join(folder, 'seed/results.json'), '{"source":"elsewhere"}');
  await writeFile(join(folder, 'results/20250131T120000Z-drain.json'), '{"commandsPerSecondMedian":1}');
  await writeFile(join(folder, 'results/20250201T120000Z-drain.json'), '{"commandsPerSecondMedian":2}');
  setting = resources.use(await createSetting());
  endpoint = await setting.start({
    FRONTEND_DIR: join(folder, 'dist'),
    RESULTS_DIR: join(folder, 'results'),
    SEED_DIR: join(folder, 'seed'),
  });
});
afterAll(() => resources.disposeAsync());

const get = (path: string, headers: Readonly<Record<string, string>> = { accept: 'text/html' }): Promise<Response> =>
  fetch(`${endpoint.url}${path}`, { headers });

const openPool = (databaseUrl: string): pg.Pool =>
  resources.adopt(createPool(databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());

describe('the pages', () => {
  it('say how the frontend is built until it is, and then are there', async () => {
    const before = await get('/');
    expect(before.status).toBe(503);
    expect(await before.text()).toContain('npx nx build frontend');
    await writeFile(join(folder, 'dist/index.html'), '<!doctype html><title>Bank</title>');
    await writeFile(join(folder, 'dist/assets/index-3f2a.js'), 'export {};');
    for (const path of ['/', '/transfer', '/accounts/NL66OPEN0000000000']) {
      const page = await get(path);
      expect(page.status).toBe(200);
      expect(page.headers.get('cache-control')).toBe('no-cache');
      expect(await page.text()).toContain('<title>Bank</title>');
    }
  });

  it('may take nothing from elsewhere, run nothing inline, and stand in no frame', async () => {
    const { headers } = await get('/');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('keep assets, whose names change with their content, for ever, and make up no others', async () => {
    expect((await get('/assets/index-3f2a.js')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await get('/assets/missing.js')).status).toBe(404);
    expect((await get('/missing.js', { accept: '*/*' })).status).toBe(404);
  });

  it('are not a way out of their folder', async () => {
    for (const path of ['/..%2fresults%2f20250131T120000Z-drain.json', '/results/..%2fdist%2findex.html']) {
      expect((await get(path, { accept: 'application/json' })).status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('the measurements', () => {
  it('are listed, newest first, and each can be had', async () => {
    expect(await (await get('/results/')).json()).toEqual(['20250201T120000Z-drain.json', '20250131T120000Z-drain.json']);
    expect(await (await get('/results/20250131T120000Z-drain.json')).json()).toEqual({ commandsPerSecondMedian: 1 });
    expect((await get('/results/none.json')).status).toBe(404);
  });

  it('stand beside the figures of others, which are not in the list', async () => {
    expect(await (await get('/results/seed/results.json')).json()).toEqual({ source: 'elsewhere' });
    expect((await get('/results/seed/none.json')).status).toBe(404);
  });
});

describe('what another site’s page sends', () => {
  it('is refused over HTTP, by its origin and without a preflight', async () => {
    const body = JSON.stringify({ query: '{ company { iban } }' });
    const post = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(`${endpoint.url}/graphql`, { method: 'POST', body, headers });
    expect((await post({ 'content-type': 'application/json', origin: 'http://evil.example' })).status).toBe(403);
    expect((await post({ 'content-type': 'application/json', origin: 'null' })).status).toBe(403);
    expect((await post({ 'content-type': 'text/plain' })).status).toBe(400);
    expect((await post({ 'content-type': 'application/json', origin: endpoint.url })).status).toBe(200);
  });

  it('is refused over a WebSocket, and so is another path', async () => {
    const statusOf = async (path: string, origin: string): Promise<number | undefined> => {
      const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', { origin });
      const { promise, resolve } = Promise.withResolvers<number | undefined>();
      socket.on('error', () => undefined);
      socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
      socket.once('open', () => resolve(101));
      const status = await promise;
      socket.terminate();
      return status;
    };
    expect(await statusOf('/graphql', 'http://evil.example')).toBe(403);
    expect(await statusOf('/elsewhere', endpoint.url)).toBe(404);
    expect(await statusOf('/graphql', endpoint.url)).toBe(101);
  });
});

describe('a body', () => {
  it('that is too long or no JSON is refused without a word about what is inside', async () => {
    const post = async (body: string): Promise<{ readonly status: number; readonly text: string }> => {
      const response = await fetch(`${endpoint.url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
      return { status: response.status, text: await response.text() };
    };
    const [long, broken] = [await post(`{"query":"${'x'.repeat(100_000)}"}`), await post('{"query":')];
    expect([long.status, broken.status]).toEqual([413, 400]);
    for (const { text } of [long, broken]) expect(text).not.toContain('node_modules');
  });
});

describe('the metrics', () => {
  it('count what was projected, sent and settled, and who follows', async () => {
    await using browser = new Browser(endpoint.url);
    const iban = await openOwnAccount(browser);
    await askDeposit(browser);
    await nextBalances(followTransactions(browser, iban, ''), 1);
    const lines = [
      /^endpoint_transactions_projected_total [1-9]/m,
      /^endpoint_commands_sent_total\{kind="account creation",outcome="acknowledged"\} [1-9]/m,
      /^endpoint_commands_sent_total\{kind="deposit",outcome="acknowledged"\} 1$/m,
      /^endpoint_commands_settled_total\{outcome="confirmed"\} 1$/m,
      /^endpoint_live_subscribers 1$/m,
      /^endpoint_commands_pending 0$/m,
    ];
    // The feedback may be projected after the change, and what is pending is counted now and then.
    await eventually(
      async () => (await get('/metrics')).text(),
      metrics => lines.every(line => line.test(metrics)),
    );
  });
});

describe('who breaks off', () => {
  const connect = async (request: string): Promise<Socket> => {
    const { hostname, port } = new URL(endpoint.url);
    const socket = createConnection(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(request);
    return socket;
  };

  it('while an upgrade is being refused harms nobody else', async () => {
    const upgrade = 'GET /elsewhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    for (let count = 0; count < 50; count += 1) (await connect(upgrade)).resetAndDestroy();
    expect((await fetch(`${endpoint.url}/health/live`)).status).toBe(200);
  });

  it('and keeps its side of a refused upgrade open is cut off', async () => {
    const socket = await connect('GET /elsewhere HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
  });

  it('in the middle of a body does not keep the service from stopping', async () => {
    const stopped = await setting.start();
    const { hostname, port } = new URL(stopped.url);
    const socket = createConnection(Number(port), hostname);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{');
    expect((await fetch(`${stopped.url}/health/live`)).status).toBe(200);
    stopped.kill('SIGTERM');
    expect(await stopped.exited).toEqual({ code: 0, signal: null });
  });
});

describe('a service that is told to stop', () => {
  it('answers what it is being asked, closes its sockets as going away, and exits with 0', async () => {
    const stopped = await setting.start();
    await using browser = new Browser(stopped.url);
    const iban = await openOwnAccount(browser);
    const stream = followTransactions(browser, iban, '');
    await setting.bank.pay(iban, 1n);
    await nextBalances(stream, 1);
    setting.bank.fallSilent();
    try {
      const asked = askDeposit(browser);
      await eventually(() => stopped.output(), output => output.includes('"kind":"deposit"'));
      stopped.kill('SIGTERM');
      expect(await asked).toMatchObject({ data: { deposit: { __typename: 'Pending' } } });
      expect(await stream.end).toEqual({ code: 1001 });
      expect(await stopped.exited).toEqual({ code: 0, signal: null });
    } finally {
      setting.bank.speak();
    }
  });
});

describe('a wrong configuration', () => {
  it('is told in a line for each variable, without a secret, and nothing is started', async () => {
    const { code, output } = await runProgram('graphql-endpoint', {
      env: {
        ...setting.env,
        PORT: '99999',
        DATABASE_URL: 'mysql://me:hush@somewhere/else',
        EMPLOYEE_USERNAME: 'short',
        EMPLOYEE_PASSWORD: 'secret',
      },
    });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([
      'PORT is "99999", it should be: a port from 0 to 65535',
      'DATABASE_URL is "mysql://me:***@somewhere/else", it should be: postgresql://user:password@host:port/database',
      'EMPLOYEE_USERNAME is "short", it should be: 8 to 64 characters, none of them a control character',
      'EMPLOYEE_PASSWORD is (hidden), it should be: 8 to 128 characters, none of them a control character',
    ]);
  });
});

/** How many transfers have changed a balance, and their answer, on another partition, is not projected yet. */
const answersMissingIn = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ readonly missing: number }>(
    `select count(*)::integer as missing from transactions
     where transfer_id is not null and not exists (select from transfers where id = transfer_id)`,
  );
  return rows[0]?.missing ?? 0;
};

describe('an endpoint with an empty database', () => {
  it('projects everything from the first offset, and has the same transactions and accounts', async () => {
    await using browser = new Browser(endpoint.url);
    const iban = await openOwnAccount(browser);
    await setting.bank.pay(iban, 1n, 500);
    await nextBalances(followTransactions(browser, iban, ''), 500);
    const pool = openPool(setting.databaseUrl);
    await eventually(() => answersMissingIn(pool), missing => missing === 0);
    await endpoint[Symbol.asyncDispose]();
    const expected = await projectionIn(pool);
    const databaseUrl = await setting.createDatabase();
    await setting.start({ DATABASE_URL: databaseUrl });
    const rebuilt = openPool(databaseUrl);
    expect(expected.length).toBeGreaterThan(500);
    expect(await eventually(() => projectionIn(rebuilt), rows => rows.length >= expected.length)).toEqual(expected);
  });
});
