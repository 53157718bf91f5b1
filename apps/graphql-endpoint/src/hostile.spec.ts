import { request } from 'node:http';
import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { company } from '@bank/topology';
import type { Program } from '@bank/stack';
import { Browser, type Answer } from './testing/browser.ts';
import { eventually } from './testing/eventually.ts';
import { accountOf, companyAccount, deposit, followTransactions, logOut, me, openOwnAccount } from './testing/operations.ts';
import { closeOf, connectRaw, connectRawWebSocket, upgradeRequest } from './testing/raw-sockets.ts';
import { createSetting, type Setting } from './testing/setting.ts';

let setting: Setting;
let endpoint: Program;
/** A client like any other, who is to notice nothing. */
let anna: Browser;
let annasIban: string;
let ben: Browser;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
  anna = resources.use(new Browser(endpoint.url));
  ben = resources.use(new Browser(endpoint.url));
  annasIban = await openOwnAccount(anna);
  await openOwnAccount(ben);
  await deposit(anna, { amount: '10000' });
});
afterAll(() => resources.disposeAsync());

afterEach(async () => {
  expect(await me(anna)).toMatchObject({ account: { iban: annasIban, balance: '10000' } });
});

const tenMegabytes = 10 * 1024 * 1024;

const codesOf = ({ errors = [] }: Answer<unknown>): readonly (string | undefined)[] => errors.map(({ extensions }) => extensions?.code);

/** Asks by HTTP and by WebSocket. */
const askBothWays = async (browser: Browser, selection: string): Promise<readonly Answer<unknown>[]> => [
  await browser.ask(selection),
  await browser.subscribe(`subscription ${selection}`).next(),
];

describe('a message of ten megabytes', () => {
  it.each([
    ['that says how long it is', { 'content-length': String(tenMegabytes) }],
    ['that does not', { 'transfer-encoding': 'chunked' }],
  ])('%s is refused over HTTP', async (_which, headers) => {
    const sent = request(`${endpoint.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    sent.once('error', reject).once('response', response => resolve(response.resume().statusCode));
    sent.end('x'.repeat(tenMegabytes));
    expect(await promise).toBe(413);
  });

  it('is refused over a WebSocket', async () => {
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    const { promise, resolve } = Promise.withResolvers<number>();
    socket.once('close', code => resolve(code));
    socket.on('error', () => undefined);
    socket.once('open', () => socket.send('x'.repeat(tenMegabytes)));
    expect(await promise).toBe(1009);
  });
});

describe('an operation', () => {
  it.each([
    ['that is 10,000 levels deep', '{a'.repeat(10_000) + '}'.repeat(10_000)],
    ['with 1,000 aliases', `{ ${Array.from({ length: 1_000 }, (_, at) => `a${at}: __typename`).join(' ')} }`],
  ])('%s is not even read to its end', async (_which, selection) => {
    await using browser = new Browser(endpoint.url);
    for (const answer of await askBothWays(browser, selection)) expect(codesOf(answer)).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  it('whose fragments double at every level is refused', async () => {
    await using browser = new Browser(endpoint.url);
    const fragments = Array.from({ length: 100 }, (_, at) => `fragment f${at} on Query { ${at === 99 ? '__typename' : `...f${at + 1} ...f${at + 1}`} }`);
    expect(codesOf(await browser.ask(`{ ...f0 } ${fragments.join(' ')}`))).toEqual(['BAD_USER_INPUT']);
  });
});

describe('a WebSocket', () => {
  const masked = (opcode: number, payload: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);

  it.each([
    ['bytes that are no frame', Buffer.alloc(64, 0xff)],
    ['a frame that is not masked', Buffer.from([0x81, 0x02, 0x7b, 0x7d])],
    ['an opcode that means nothing', masked(0x3, Buffer.from('x'))],
    ['a frame that claims to be of 2^63 bytes', Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ['the middle of a message that never began', masked(0x0, Buffer.from('x'))],
    ['a ping that is cut in two', Buffer.from([0x09, 0x80, 0, 0, 0, 0])],
    ['text that is no UTF-8', masked(0x1, Buffer.from([0xc3, 0x28]))],
    ['a close with a code that there is not', masked(0x8, Buffer.from([0x03, 0xed]))],
    ['text that is no JSON', masked(0x1, Buffer.from('{'))],
    ['JSON that is no message', masked(0x1, Buffer.from('{"type":"__proto__"}'))],
    ['a subscription before the connection is acknowledged', masked(0x1, Buffer.from('{"type":"subscribe","id":"1","payload":{"query":"{a}"}}'))],
  ])('on which %s is sent is closed', async (_what, bytes) => {
    const socket = await connectRawWebSocket(endpoint.url);
    socket.write(bytes);
    await closeOf(socket);
  });

  it('that breaks off in the middle of a frame harms nobody', async () => {
    for (let time = 0; time < 100; time += 1) {
      const socket = await connectRawWebSocket(endpoint.url);
      socket.write(Buffer.from([0x81, 0xfe, 0xff]));
      socket.resetAndDestroy();
    }
  });
});

describe('a session id that was stolen', () => {
  it('opens nothing after the log-out', async () => {
    const owner = new Browser(endpoint.url);
    const iban = await openOwnAccount(owner);
    await using thief = owner.at(endpoint.url);
    await logOut(owner);
    expect(await me(thief)).toBeNull();
    expect(await accountOf(thief, iban)).toBeNull();
    expect(await deposit(thief)).toBeUndefined();
    expect(codesOf(await followTransactions(thief, iban, '').next())).toEqual(['UNAUTHENTICATED']);
  });
});

describe('a page of another origin, or under another host', () => {
  const statusOfPost = async (headers: Readonly<Record<string, string>>): Promise<number | undefined> => {
    const sent = request(`${endpoint.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', cookie: anna.cookie ?? '', ...headers } });
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    sent.once('error', reject).once('response', response => resolve(response.resume().statusCode));
    sent.end(JSON.stringify({ query: `mutation { deposit(id: "${randomUUID()}", amount: "1") { __typename } }` }));
    return promise;
  };

  const statusOfUpgrade = async (headers: Readonly<Record<string, string>>): Promise<number | undefined> => {
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    socket.on('error', () => undefined);
    socket.once('open', () => resolve(101));
    socket.once('unexpected-response', (sent, { statusCode }) => {
      sent.destroy();
      resolve(statusCode);
    });
    return promise.finally(() => socket.terminate());
  };

  it('is refused over HTTP and WebSocket, though it has the cookie', async () => {
    const rebound = { host: 'evil.example', origin: 'http://evil.example' };
    for (const statusOf of [statusOfPost, statusOfUpgrade]) {
      expect(await statusOf({ origin: 'http://evil.example' })).toBe(403);
      expect(await statusOf(rebound)).toBe(421);
    }
  });
});

describe('another’s account', () => {
  it('is not to be followed', async () => {
    await using visitor = new Browser(endpoint.url);
    expect(codesOf(await followTransactions(ben, annasIban, '').next())).toEqual(['FORBIDDEN']);
    expect(codesOf(await followTransactions(visitor, annasIban, '').next())).toEqual(['UNAUTHENTICATED']);
  });

  it('is not to be spent from, nor are the company’s and cash, whatever is sent', async () => {
    const before = (await companyAccount(ben)).balance;
    const received = new Set(setting.bank.received).size;
    for (const from of [annasIban, company.iban, 'cash']) {
      const fields = `id: "${randomUUID()}", to: "Albert Heijn BV", amount: "100", description: ""`;
      const named = `{ transfer(${fields}, from: "${from}") { __typename } }`;
      expect(codesOf(await ben.ask(`mutation ${named}`))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      expect(codesOf(await ben.ask(`mutation($from: String) { transfer(${fields}) { __typename } }`, { from }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      expect(codesOf(await ben.subscribe(`mutation ${named}`).next())).toEqual(['GRAPHQL_VALIDATION_FAILED']);
      // Nor backwards: less than nothing to them.
      const backwards = `mutation { transfer(id: "${randomUUID()}", to: "${from}", amount: "-100", description: "") { ... on Refused { code } } }`;
      expect(await ben.ask(backwards)).toEqual({ data: { transfer: { code: 'AMOUNT_OUT_OF_RANGE' } } });
      expect(codesOf(await ben.subscribe(backwards).next())).toEqual(['BAD_USER_INPUT']);
    }
    expect((await companyAccount(ben)).balance).toBe(before);
    expect(new Set(setting.bank.received).size).toBe(received);
  });
});

describe('five thousand half-open sockets', () => {
  /** What each kind begins with, and never goes on with. */
  const beginnings = (url: string): readonly string[] => [
    '',
    'GET / HTTP/1.1\r\nhost: local',
    'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    upgradeRequest(url),
  ];

  const openHalf = async (url: string): Promise<readonly Socket[]> => {
    const kinds = beginnings(url);
    const sockets: Socket[] = [];
    while (sockets.length < 5_000) {
      // Fewer at once than the queue of a listening socket takes.
      sockets.push(...(await Promise.all(Array.from({ length: 250 }, (_, at) => connectRaw(url, kinds[at % kinds.length])))));
    }
    return sockets;
  };

  const breakOff = async (sockets: readonly Socket[]): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(sockets.map(closeOf));
  };

  const residentBytes = async (url: string): Promise<number> => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  };

  /** Ten thousand sockets that were held would take 110 MB: measured, 11 kB each. */
  const leakedBytes = 64 * 1024 * 1024;

  it('are closed in time, while others are served, and leave nothing behind', { timeout: 180_000 }, async () => {
    // Little room for garbage, so that what stays is what is held.
    const { url } = await setting.start({ NODE_OPTIONS: '--max-old-space-size=96' });
    const browser = anna.at(url);
    await breakOff(await openHalf(url));
    const before = await residentBytes(url);
    await breakOff(await openHalf(url));
    const sockets = await openHalf(url);
    expect(await me(browser)).not.toBeNull();
    await eventually(async () => (await fetch(`${url}/health/ready`)).status, status => status === 200);
    await Promise.all(sockets.map(closeOf));
    expect((await residentBytes(url)) - before).toBeLessThan(leakedBytes);
    expect(await me(browser)).not.toBeNull();
  });
});
