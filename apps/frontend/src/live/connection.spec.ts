/** A real WebSocket server, cut off and brought back: what follows it must miss nothing and see nothing twice. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TypedDocumentNode } from '@urql/vue';
import { buildSchema, GraphQLError, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, WebSocket as NodeWebSocket } from 'ws';
import { watch } from 'vue';
import type { Failure } from '../api/failure.ts';
import { createLiveConnection, type ConnectionState, type LiveConnection } from './connection.ts';

const schema = buildSchema('type Query { no: Int } type Subscription { numbers(after: Int!): Int! }');
const document: TypedDocumentNode<{ numbers: number }, { after: number }> = parse(
  'subscription Numbers($after: Int!) { numbers(after: $after) }',
);

/** Counts for everybody, one number at a time when told to, and tells those who come later what they missed. */
class Counter {
  private count = 0;
  private readonly waiting = new Set<() => void>();

  next(): void {
    this.count += 1;
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  async *numbersAfter(after: number): AsyncGenerator<{ numbers: number }> {
    for (let number = after + 1; ; number++) {
      while (number > this.count) await new Promise<void>(resolve => this.waiting.add(resolve));
      yield { numbers: number };
    }
  }
}

describe('the live connection', () => {
  let counter: Counter;
  let isRefusing = false;
  let http: Server;
  let sockets: WebSocketServer;
  let live: LiveConnection;
  let seen: number[];
  let refusals: Failure[];
  let endedSessions: number;

  beforeEach(async () => {
    vi.stubGlobal('WebSocket', NodeWebSocket);
    counter = new Counter();
    isRefusing = false;
    seen = [];
    refusals = [];
    endedSessions = 0;
    http = createServer();
    sockets = new WebSocketServer({ server: http });
    useServer({
      schema,
      roots: {
        subscription: {
          numbers({ after }: { after: number }) {
            if (isRefusing) throw new GraphQLError('log in', { extensions: { code: 'UNAUTHENTICATED' } });
            return counter.numbersAfter(after);
          },
        },
      },
    }, sockets);
    await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
    live = createLiveConnection(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, () => { endedSessions += 1; });
  });

  afterEach(async () => {
    live[Symbol.dispose]();
    for (const socket of sockets.clients) socket.terminate();
    sockets.close();
    await new Promise(resolve => http.close(resolve));
    vi.unstubAllGlobals();
  });

  const follow = (): (() => void) =>
    live.follow({
      document,
      variables: () => ({ after: seen.at(-1) ?? 0 }),
      onData: ({ numbers }) => { seen.push(numbers); },
      onRefused: failure => { refusals.push(failure); },
    });
  const eventually = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 10_000 });
  const until = (last: number): Promise<void> => eventually(() => { expect(seen.at(-1)).toBe(last); });

  it('brings what happens', async () => {
    follow();
    counter.next();
    await until(1);
    expect(live.state.value).toBe('open');
  });

  it.each([
    ['cut', (socket: NodeWebSocket) => { socket.terminate(); }],
    ['closed in order', (socket: NodeWebSocket) => { socket.close(1000); }],
    ['closed because the server goes away', (socket: NodeWebSocket) => { socket.close(1001); }],
    ['closed because the server failed', (socket: NodeWebSocket) => { socket.close(4500); }],
  ])('resumes after the newest when it is %s', async (_how, lose) => {
    follow();
    counter.next();
    await until(1);

    const states: ConnectionState[] = [];
    const unwatch = watch(live.state, state => { states.push(state); }, { flush: 'sync' });
    for (const socket of sockets.clients) lose(socket);
    await eventually(() => { expect(states).toContain('lost'); });
    unwatch();
    counter.next();
    counter.next();
    await until(3);
    expect(seen).toEqual([1, 2, 3]);
    expect(live.state.value).toBe('open');
  });

  it('says when the session under which it was opened has ended, and comes back without', async () => {
    follow();
    counter.next();
    await until(1);
    expect(endedSessions).toBe(0);
    for (const socket of sockets.clients) socket.close(4401);
    counter.next();
    await until(2);
    expect(endedSessions).toBe(1);
  });

  it('comes back as the new user at once when it is renewed', async () => {
    follow();
    counter.next();
    await until(1);
    live.renew();
    counter.next();
    await until(2);
    expect(seen).toEqual([1, 2]);
  });

  it('gives up what the bank refuses, and says why', async () => {
    isRefusing = true;
    follow();
    await eventually(() => { expect(refusals).toEqual(['unauthenticated']); });
  });

  it('is silent after it was stopped', async () => {
    const stop = follow();
    counter.next();
    await until(1);
    stop();
    expect(live.state.value).toBe('idle');
    const other = vi.fn();
    live.follow({ document, variables: () => ({ after: 0 }), onData: other, onRefused: other });
    counter.next();
    await eventually(() => { expect(other).toHaveBeenCalledTimes(2); });
    expect(seen).toEqual([1]);
  });
});
