/**
 * Wakes those who wait for something in the database, on every instance, by PostgreSQL's LISTEN. A ring carries no data: who is woken
 * reads what is there. So a ring too many does no harm, and after a lost connection all are woken once.
 */
import pg from 'pg';
import type { Retry } from '@bank/service';
import { channel, keysOf, type Key } from './keys.ts';
import { Waiter } from './waiter.ts';

type Line = { readonly client: pg.Client; readonly ended: Promise<void> };

export class Bell implements AsyncDisposable {
  readonly #waiters = new Map<string, Set<Waiter>>();
  readonly #closing = new AbortController();
  readonly #databaseUrl: string;
  readonly #retry: Retry;
  #line: Line | undefined;
  #listening: Promise<void> | undefined;

  private constructor(databaseUrl: string, retry: Retry) {
    this.#databaseUrl = databaseUrl;
    this.#retry = retry;
  }

  /**
   * Listens until disposed, on a connection of its own; lost, it is made again.
   *
   * @param options.retry tries again while the database is away
   * @param options.signal when it aborts, the first connection is not waited for any longer
   */
  static async connect(
    databaseUrl: string,
    { retry, signal }: { readonly retry: Retry; readonly signal: AbortSignal },
  ): Promise<Bell> {
    const bell = new Bell(databaseUrl, retry);
    bell.#line = await retry.until(() => bell.#dial(), { signal });
    bell.#listening = bell.#keepListening();
    return bell;
  }

  /** Waits for any of the keys, from now on. */
  waitFor(keys: readonly Key[]): Waiter {
    const waiter = new Waiter(leaving => {
      for (const key of keys) this.#remove(key, leaving);
    });
    for (const key of keys) this.#waiters.set(key, (this.#waiters.get(key) ?? new Set()).add(waiter));
    return waiter;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#line?.client.end();
    await this.#listening;
  }

  async #dial(): Promise<Line> {
    // Kept alive, so that a peer that vanished without a word is noticed within seconds.
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    client.once('end', resolve);
    // After an error comes the end, and that is what is acted upon.
    client.on('error', () => undefined);
    client.on('notification', ({ payload = '' }) => this.#ring(payload));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    return { client, ended };
  }

  async #keepListening(): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#line?.ended;
      if (this.#isClosing()) return;
      // Only a bell that is being disposed gives up; the retry has told of each failure.
      this.#line = await this.#retry.until(() => this.#dial(), { signal }).catch(() => undefined);
      if (this.#isClosing()) {
        await this.#line?.client.end();
        return;
      }
      for (const waiters of this.#waiters.values()) for (const waiter of waiters) waiter.wake();
    }
  }

  #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #ring(payload: string): void {
    for (const key of keysOf(payload)) for (const waiter of this.#waiters.get(key) ?? []) waiter.wake();
  }

  #remove(key: Key, waiter: Waiter): void {
    const waiters = this.#waiters.get(key);
    waiters?.delete(waiter);
    if (waiters?.size === 0) this.#waiters.delete(key);
  }
}
