import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { followTransactions, me, openOwnAccount } from '../testing/operations.ts';
import { createSetting, type Setting } from '../testing/setting.ts';

let setting: Setting;
let endpoint: Program;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start({
    PUBLIC_HOSTS: 'bank.example',
    TRUSTED_PROXIES: '127.0.0.1',
    SOCKETS: '4',
    SOCKETS_PER_ADDRESS: '3',
    SUBSCRIPTIONS_PER_SOCKET: '2',
    MESSAGES_PER_SOCKET_AND_10_SECONDS: '5',
  });
});
afterAll(() => resources.disposeAsync());

type Headers = Readonly<Record<string, string>>;

/** Sends a request whose Host can be chosen. */
const send = async (path: string, headers: Headers, body = ''): Promise<IncomingMessage> => {
  const sent = request(`${endpoint.url}${path}`, { method: body === '' ? 'GET' : 'POST', headers, agent: false });
  const answered = once(sent, 'response');
  sent.end(body);
  const [response] = z.tuple([z.custom<IncomingMessage>()]).parse(await answered);
  response.resume();
  return response;
};

/** Opens a socket of graphql-ws, on which nothing is said yet; gives the status of who is refused. */
const connect = async (headers: Headers = {}): Promise<WebSocket | number> => {
  const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const { promise, resolve } = Promise.withResolvers<WebSocket | number>();
  socket.on('error', () => undefined);
  socket.once('unexpected-response', (sent, { statusCode }) => {
    sent.destroy();
    resolve(statusCode ?? 0);
  });
  socket.once('open', () => resolve(socket));
  return promise;
};

/** Opens a socket as soon as there is a place, which one that was just closed may still hold. */
const opened = async (headers: Headers = {}): Promise<WebSocket> => {
  const socket = await eventually(() => connect(headers), each => typeof each !== 'number');
  if (typeof socket === 'number') throw new Error('it was seen to be a socket');
  return socket;
};

/** Opens a socket that may stay: one on which nobody says anything is closed. */
const acknowledged = async (headers?: Headers): Promise<WebSocket> => {
  const socket = await opened(headers);
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
};

const closeOf = async (socket: WebSocket): Promise<unknown> => {
  const [code] = z.tuple([z.number()]).rest(z.unknown()).parse(await once(socket, 'close'));
  return code;
};

describe('a request for another host', () => {
  it('is refused, whatever it is for, but not what looks after the service', async () => {
    const statuses = async (host: string): Promise<readonly unknown[]> => {
      const paths = ['/', '/graphql?query={company{iban}}', '/results/', '/assets/a.js', '/health/live', '/metrics'];
      return Promise.all(paths.map(async path => (await send(path, { host, accept: 'application/json', 'apollo-require-preflight': '1' })).statusCode));
    };
    expect(await statuses('evil.example')).toEqual([421, 421, 421, 421, 200, 200]);
    expect(await statuses('bank.example')).toEqual([404, 200, 200, 404, 200, 200]);
  });

  it('is refused over a WebSocket as well', async () => {
    expect(await connect({ host: 'evil.example' })).toBe(421);
  });
});

describe('behind a proxy that ends TLS', () => {
  const forwarded = { 'x-forwarded-proto': 'https', host: 'bank.example', 'content-type': 'application/json' };
  const body = JSON.stringify({ query: 'mutation { logOut }' });

  it('the cookie is for TLS only, and the origin is that of TLS', async () => {
    const ask = (headers: Headers): Promise<IncomingMessage> => send('/graphql', { ...forwarded, ...headers }, body);
    const { statusCode, headers } = await ask({ origin: 'https://bank.example' });
    expect(statusCode).toBe(200);
    expect(headers['set-cookie']?.join()).toContain('Secure');
    expect((await ask({ origin: 'http://bank.example' })).statusCode).toBe(403);
    const plain = await ask({ origin: 'http://bank.example', 'x-forwarded-proto': 'http' });
    expect(plain.headers['set-cookie']?.join()).not.toContain('Secure');
  });
});

describe('sockets', () => {
  it('are so many for an address and so many in all, and their places can be taken again', async () => {
    const sockets = await Promise.all([acknowledged(), acknowledged(), acknowledged()]);
    expect(await connect()).toBe(429);
    const elsewhere = await acknowledged({ 'x-forwarded-for': '198.51.100.1' });
    expect(await connect({ 'x-forwarded-for': '198.51.100.2' })).toBe(503);
    for (const socket of [...sockets, elsewhere]) socket.terminate();
    (await opened()).terminate();
  });

  it('on which nobody says anything are closed', async () => {
    expect(await closeOf(await opened())).toBe(4408);
  });

  it('have so many subscriptions at a time', async () => {
    await using browser = new Browser(endpoint.url);
    const iban = await openOwnAccount(browser);
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: endpoint.url,
      headers: { cookie: browser.cookie ?? '' },
    });
    await once(socket, 'open');
    socket.send('{"type":"connection_init"}');
    await once(socket, 'message');
    const query = `subscription { transactions(iban: "${iban}") { cursor } }`;
    for (const id of ['1', '2', '3']) socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query } }));
    const [answer] = z.tuple([z.instanceof(Buffer)]).rest(z.unknown()).parse(await once(socket, 'message'));
    expect(JSON.parse(String(answer))).toMatchObject({ type: 'error', id: '3', payload: [{ extensions: { code: 'TOO_MANY' } }] });
    socket.terminate();
  });

  it('that say too much are closed', async () => {
    const socket = await opened();
    for (let message = 0; message < 6; message += 1) socket.send(`{"type":"${message === 0 ? 'connection_init' : 'ping'}"}`);
    expect(await closeOf(socket)).toBe(1008);
  });
});

describe('an operation that asks for too much', () => {
  const aliases = Array.from({ length: 1_000 }, (_, at) => `a${at}:__typename`).join(' ');
  const fields = Array.from({ length: 50 }, (_, at) => `f${at}: iban`).join(' ');
  const cases = [
    ['is too deep', `${'{ company '.repeat(13)}{ iban }${' }'.repeat(13)}`, 'GRAPHQL_VALIDATION_FAILED'],
    ['has too many aliases', `{ company { ${fields} } }`, 'GRAPHQL_VALIDATION_FAILED'],
    ['is too long', `{ ${aliases} }`, 'GRAPHQL_PARSE_FAILED'],
  ] as const;

  it.each(cases)('because it %s is refused over HTTP and over a WebSocket, with the same code', async (_why, selection, code) => {
    await using browser = new Browser(endpoint.url);
    const answers = [await browser.ask(selection), await browser.subscribe(`subscription ${selection}`).next()];
    for (const { data, errors } of answers) {
      expect(data).toBeUndefined();
      expect(errors).toContainEqual(expect.objectContaining({ extensions: expect.objectContaining({ code }) as unknown }));
    }
  });

  it('is refused for its cost with whatever variables it comes', async () => {
    const browser = new Browser(endpoint.url);
    await openOwnAccount(browser);
    const page = 'transactions(first: $first) { edges { node { iban fromTo description } } }';
    const query = `query($first: Int!) { ${['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map(name => `${name}: company { ${page} }`).join(' ')} }`;
    expect((await browser.ask(query, { first: 10 })).errors).toBeUndefined();
    expect((await browser.ask(query, { first: 250 })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('or is one of many in a request is refused', async () => {
    const body = JSON.stringify([{ query: '{ company { iban } }' }, { query: '{ company { iban } }' }]);
    const response = await fetch(`${endpoint.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(response.status).toBe(400);
  });
});

describe('who is within all limits', () => {
  it('is served as ever', async () => {
    await using browser = new Browser(endpoint.url);
    const iban = await openOwnAccount(browser);
    const stream = followTransactions(browser, iban, '');
    await setting.bank.pay(iban, 1n);
    expect(await stream.next()).toMatchObject({ data: { transactions: { node: { newBalance: '1' } } } });
    expect(await me(browser)).toMatchObject({ account: { iban } });
  });
});
