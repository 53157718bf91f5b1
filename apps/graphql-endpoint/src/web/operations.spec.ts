import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { company } from '@bank/topology';
import type { Program } from '@bank/stack';
import { streamOf } from '../live/stream.ts';
import { eventually } from '../testing/eventually.ts';
import { createSetting } from '../testing/setting.ts';
import { Operations } from './operations.ts';

const resources = new AsyncDisposableStack();
let endpoint: Program;

beforeAll(async () => {
  const setting = resources.use(await createSetting());
  endpoint = await setting.start();
});
afterAll(() => resources.disposeAsync());

const liveSubscribers = async (): Promise<number> => {
  const metrics = await (await fetch(`${endpoint.url}/metrics`)).text();
  return Number(/^endpoint_live_subscribers (\d+)$/m.exec(metrics)?.[1]);
};

describe('the streams of a socket', () => {
  it('whose ids are used again at once are no more than it may have, and end with it', async () => {
    const socket = new WebSocket(`${endpoint.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin: endpoint.url });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await once(socket, 'message');
    const codes: (string | undefined)[] = [];
    socket.on('message', (data: Buffer) => {
      const { payload } = JSON.parse(data.toString()) as { payload?: readonly { readonly extensions?: { readonly code?: string } }[] };
      if (payload) codes.push(payload[0]?.extensions?.code);
    });
    const query = `subscription { transactions(iban: "${company.iban}") { cursor } }`;
    const isRefused = eventually(() => Promise.resolve(codes), ([code]) => code === 'TOO_MANY');
    for (let time = 0; time < 60; time += 1) {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
      socket.send(JSON.stringify({ id: '1', type: 'complete' }));
    }
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await isRefused;
    expect(await liveSubscribers()).toBeLessThanOrEqual(50);
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
