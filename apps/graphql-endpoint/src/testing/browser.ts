/** A client of the API as a browser is one: it keeps its cookie, and says where it comes from. */
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { Stream } from './stream.ts';

/** What an operation is answered with, of which a test says what it expects. */
export type Answer<Data> = { readonly data?: Data | null; readonly errors?: readonly GraphqlProblem[] };

export type GraphqlProblem = { readonly message: string; readonly extensions?: { readonly code?: string } };

export class Browser implements AsyncDisposable {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sockets: SocketClient[] = [];
  readonly #connections = new Set<WebSocket>();
  /** The Set-Cookie header as it came last. */
  setCookie: string | undefined;
  cookie: string | undefined;
  /** The Retry-After header of the last answer. */
  retryAfter: string | null = null;

  /** @param headers what it sends besides, as through a proxy */
  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    this.#url = url;
    this.#headers = headers;
  }

  /** Goes on at another address, as behind a balancer, or after a restart on another port. */
  at(url: string): Browser {
    const moved = new Browser(url);
    moved.cookie = this.cookie;
    return moved;
  }

  /** Sends an operation, and keeps the cookie that comes with the answer. */
  async ask<Data>(query: string, variables: object = {}): Promise<Answer<Data>> {
    const response = await fetch(`${this.#url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: this.#url,
        ...this.#headers,
        ...(this.cookie !== undefined && { cookie: this.cookie }),
      },
      body: JSON.stringify({ query, variables }),
    });
    this.retryAfter = response.headers.get('retry-after');
    const [setCookie] = response.headers.getSetCookie();
    if (setCookie !== undefined) {
      this.setCookie = setCookie;
      this.cookie = setCookie.split(';', 1)[0];
    }
    return (await response.json()) as Answer<Data>;
  }

  /** Sends an operation that has to succeed. */
  async get<Data>(query: string, variables: object = {}): Promise<Data> {
    const { data, errors } = await this.ask<Data>(query, variables);
    if (errors || !data) throw new Error(`${query} was answered with ${JSON.stringify(errors)}`);
    return data;
  }

  /** Subscribes, on a socket of its own, which does not connect again by itself. */
  subscribe<Data>(query: string, variables: Record<string, unknown> = {}): Stream<Data> {
    const { cookie } = this;
    const origin = this.#url;
    const connections = this.#connections;
    class WebSocketOfBrowser extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { origin, headers: cookie === undefined ? {} : { cookie } });
        connections.add(this);
      }
    }
    const client = createClient({ url: `${this.#url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocketOfBrowser, retryAttempts: 0 });
    this.#sockets.push(client);
    return new Stream(client, { query, variables });
  }

  /** Cuts its subscriptions off, as a network does that is lost. Tells whether any was connected. */
  breakOff(): boolean {
    const open = [...this.#connections].filter(({ readyState }) => readyState === WebSocket.OPEN);
    for (const connection of open) connection.terminate();
    return open.length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#sockets.map(async socket => socket.dispose()));
  }
}
