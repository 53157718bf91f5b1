import { EventEmitter, once } from 'node:events';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { company } from '@bank/topology';
import { createPool } from '@bank/service/database';
import type { Program } from '@bank/stack';
import { streamOf } from '../live/stream.ts';
import { Browser } from '../testing/browser.ts';
import { eventually } from '../testing/eventually.ts';
import { logIn } from '../testing/operations.ts';
import { createSetting, employee } from '../testing/setting.ts';
import { Operations } from './operations.ts';

const most = 5;
const resources = new AsyncDisposableStack();
let endpoint: Program;
let database: Pool;

beforeAll(async () => {
  const setting = resources.use(await createSetting());
  // What waits for a lock does so for as long as the test has it wait.
  const patient = new URL(setting.databaseUrl);
  for (const timeout of ['lock_timeout', 'query_timeout']) patient.searchParams.set(timeout, '60000');
  endpoint = await setting.start({ SUBSCRIPTIONS_PER_SOCKET: String(most), DATABASE_URL: patient.href });
  database = resources.adopt(createPool(setting.databaseUrl, { max: 1, onIdleError: () => undefined }), pool => pool.end());
});
afterAll(() => resources.disposeAsync());

const liveSubscribers = async (): Promise<number> => {
  const metrics = await (await fetch(`${endpoint.url}/metrics`)).text();
  return Number(/^endpoint_live_subscribers (\d+)$/m.exec(metrics)?.[1]);
};

describe('the streams of a socket', () => {
  it('whose ids are used again at once are no more than it may have, and end with it', async () => {
    const browser = resources.use(new Browser(endpoint.url));
    await logIn(browser, employee);
    const headers = { cookie: browser.cookie };
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: endpoint.url, headers });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const refused: string[] = [];
    socket.on('message', (data: Buffer) => {
      const { id, payload } = JSON.parse(data.toString()) as { id: string; payload?: readonly { readonly extensions?: { readonly code?: string } }[] };
      if (payload?.[0]?.extensions?.code === 'TOO_MANY') refused.push(id);
    });
    const query = `subscription { transactions(iban: "${company.iban}") { cursor } }`;
    const subscribe = (id: string): void => socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));

    // None begins while its session cannot be looked up, so that each id is used again before its stream has begun.
    const locking = await database.connect();
    onTestFinished(() => locking.release(true));
    await locking.query('set idle_in_transaction_session_timeout = 0; begin; lock table sessions');
    for (let time = 1; time < most; time += 1) {
      subscribe('same');
      socket.send(JSON.stringify({ id: 'same', type: 'complete' }));
    }
    subscribe('same');
    subscribe('early');
    await eventually(() => Promise.resolve(refused), ([id]) => id === 'early');
    await locking.query('rollback');
    await eventually(liveSubscribers, count => count === most);
    subscribe('late');
    await eventually(() => Promise.resolve(refused), ([, id]) => id === 'late');

    socket.close();
    await once(socket, 'close');
    await eventually(liveSubscribers, count => count === 0);
  });

  it('end also when they begin after it was closed', async () => {
    const socket = new EventEmitter();
    const operations = new Operations(socket as unknown as WebSocket, 1);
    const operation = {};
    expect([operations.open(operation), operations.open({})]).toEqual([true, false]);
    socket.emit('close');
    const stream = streamOf(async function* () {
      yield await Promise.resolve('first');
    });
    operations.streams(operation, stream);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
