/** Who takes nothing any more is sent away with a cursor to come back with, and costs the others nothing. */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Program } from '@bank/stack';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { followAll, followTransactions, logIn, nextBalances, nextEdge, openOwnAccount } from '../testing/operations.ts';
import { createSetting, employee, type Setting } from '../testing/setting.ts';

const resources = new AsyncDisposableStack();
let setting: Setting;
let endpoint: Program;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  endpoint = await setting.start();
});
afterAll(() => resources.disposeAsync());

const subscription = 'subscription($iban: Iban!, $after: String) { transactions(iban: $iban, after: $after) { cursor node { newBalance description } } }';

/** A subscriber whose network socket can be left unread. */
const subscribe = async (browser: Browser, variables: object): Promise<{ readonly socket: WebSocket; readonly network: Socket }> => {
  const { hostname, port } = new URL(endpoint.url);
  const network = createConnection({ host: hostname, port: Number(port) });
  const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    origin: endpoint.url, headers: { cookie: browser.cookie }, createConnection: () => network,
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription, variables } }));
  return { socket, network };
};

it('a burst of more than may wait sends nobody away who takes it', async () => {
  await using browser = new Browser(endpoint.url);
  await logIn(browser, employee);
  const iban = await openOwnAccount(new Browser(endpoint.url));
  const [all, one] = [followAll(browser, ''), followTransactions(browser, iban, '')];
  await setting.bank.pay(iban, 1n);
  expect(await nextBalances(one, 1)).toEqual(['1']);
  await setting.bank.pay(iban, 1n, 4_000);
  expect((await nextBalances(one, 4_000)).at(-1)).toBe('4001');
  let last = '';
  while (last !== '4001') last = (await nextEdge(all)).node.newBalance;
  expect(await (await fetch(`${endpoint.url}/metrics`)).text()).toContain('endpoint_subscribers_too_slow_total 0');
});

it('a subscriber that stops reading is closed with 4290, others are not held up, and it comes back to where it was', { timeout: 120_000 }, async () => {
  await using browser = new Browser(endpoint.url);
  const iban = await openOwnAccount(browser);
  await setting.bank.pay(iban, 1n);
  const { socket, network } = await subscribe(browser, { iban, after: '' });
  const seen: string[] = [];
  let cursor = '';
  socket.on('message', (data: Buffer) => {
    const { payload } = JSON.parse(data.toString()) as { payload?: { data: { transactions: { cursor: string; node: { newBalance: string } } } } };
    if (!payload) return;
    cursor = payload.data.transactions.cursor;
    seen.push(payload.data.transactions.node.newBalance);
  });
  await eventually(() => Promise.resolve(seen.length), count => count === 1);
  network.pause();
  const other = followTransactions(browser, iban, '');
  let paid = 1;
  const enough = 10_000;
  const closed = once(socket, 'close');
  // What the kernel holds for a socket that is not read is megabytes: so much has to be paid before anything waits here, 20 MB in all.
  const text = 'x'.repeat(2_000);
  const isTooSlow = async (): Promise<boolean> =>
    (await (await fetch(`${endpoint.url}/metrics`)).text()).includes('endpoint_subscribers_too_slow_total 1');
  // Once it is sent away it has two seconds to take that, however long the payments last: so it reads again at once.
  const reading = eventually(isTooSlow, is => is).then(() => network.resume());
  while (network.isPaused() && paid < enough) {
    await setting.bank.send(Array.from({ length: 500 }, () => setting.bank.change(iban, 1n, 'cash', text, null)));
    paid += 500;
    await nextBalances(other, 500);
  }
  await reading;
  const [code, reason] = (await closed) as [number, Buffer];
  expect([code, String(reason)]).toEqual([4290, 'too slow: resume from your cursor']);
  const rest = followTransactions(browser, iban, cursor);
  seen.push(...(await nextBalances(rest, paid - seen.length)));
  expect(seen).toEqual(Array.from({ length: paid }, (_, at) => String(at + 1)));
});
