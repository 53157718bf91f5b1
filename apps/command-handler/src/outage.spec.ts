/** Servers that go away in the middle of a drain, and come back. Nobody restarts the handler: the one process goes through it all. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedClients } from '@bank/messaging';
import { createSuite, freePorts, startProgram, startStack, synchronize, type Program, type Stack, type Suite } from '@bank/stack';
import { audit } from './testing/audit.ts';
import type { Opened } from './testing/customer.ts';
import { ask, countSettled } from './testing/ledger.ts';
import { connectSender, drained, openAccounts, trafficAmong } from './testing/traffic.ts';

const patience = { timeout: 60_000 };
/** So many commands and more await the handler when an outage strikes: a good deal more than it settles before it notices. */
const portion = 2_000;

describe('a handler at work', { timeout: 300_000 }, () => {
  // A stack of its own, for other specs are using that of the environment.
  let stack: Stack;
  let suite: Suite;
  let env: Readonly<Record<string, string>>;
  let databaseUrl: string;
  let accounts: readonly Opened[];

  beforeAll(async () => {
    stack = await startStack();
    suite = await createSuite(stack);
    await synchronize(suite.env);
    databaseUrl = await suite.createDatabase();
    // A member that the broker remembers from before its own outage holds up the group for as long as a session lasts.
    env = { ...suite.env, DATABASE_URL: databaseUrl, KAFKA_SESSION_TIMEOUT_MS: '2000' };
    await using resources = new AsyncDisposableStack();
    resources.use(await startProgram('command-handler', { env }));
    accounts = await openAccounts(env, 10);
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });

  const settled = (): Promise<number> => countSettled(databaseUrl);
  const health = async (url: string, of: 'live' | 'ready'): Promise<string> => {
    const response = await fetch(`${url}/health/${of}`);
    return `${response.status} ${await response.text()}`;
  };
  /** Alive all the while, and not ready, for the reason that this check gives. */
  const becomesUnready = async (url: string, check: string, reason = ''): Promise<void> => {
    await expect.poll(() => health(url, 'ready').catch(String), patience).toMatch(new RegExp(`^503 .*"${check}":"[^"]*${reason}`));
    expect(await health(url, 'live')).toMatch(/^200 /);
  };
  /** A handler that ends instead is no longer there to be asked: what it wrote tells why. */
  const becomesReady = async (handler: Program): Promise<void> => {
    const ended = handler.exited.then(async exit => {
      throw new Error(`the handler ended: ${JSON.stringify(exit)}\n${(await handler.output()).slice(-2_000)}`);
    });
    await Promise.race([expect.poll(() => health(handler.url, 'ready').catch(String), patience).toMatch(/^200 /), ended]);
  };

  /** Does something while the handler has more work than it can do. */
  const amidWork = async (strike: () => Promise<void>): Promise<void> => {
    await using sender = await connectSender(env);
    const before = await settled();
    let [sent, sentAtLook] = [0, 0];
    const look = async (): Promise<{ readonly done: number; readonly left: number }> => {
      const sentSoFar = sent;
      const done = (await settled()) - before;
      sentAtLook = sentSoFar;
      return { done, left: sentSoFar - done };
    };
    const sendMore = async (): Promise<void> => {
      // A database that is away does not tell: by then, all that was sent when it last did may be done.
      const { left } = await look().catch(() => ({ left: sent - sentAtLook }));
      if (left > portion) return;
      await sender.send(trafficAmong(accounts, portion));
      sent += portion;
    };
    const struck = new AbortController();
    const sending = (async () => {
      // What an outage refuses is no matter: what counts is what stands on the topics.
      while (!struck.signal.aborted) await sendMore().catch(() => undefined);
    })();
    try {
      await expect.poll(async () => {
        const { done, left } = await look();
        return done > 0 && left > portion;
      }, { ...patience, interval: 10 }).toBe(true);
      await strike();
    } finally {
      struck.abort();
      await sending;
    }
  };

  const expectAllSettled = async (): Promise<void> => {
    await drained(env);
    const { complaints, confirmedTransfers } = await audit(env, databaseUrl);
    expect(complaints.slice(0, 20)).toEqual([]);
    expect(confirmedTransfers).toBeGreaterThan(500);
  };

  it.for([
    ['the broker stops', ['kafka'], 'SIGTERM', 'publishing'],
    ['the broker is killed', ['kafka'], 'SIGKILL', 'publishing'],
    ['the database stops', ['postgres'], 'SIGINT', 'settling'],
    ['the database is killed', ['postgres'], 'SIGKILL', 'settling'],
    // Which of the two it is stuck with is a matter of which goes first.
    ['both are killed at once', ['kafka', 'postgres'], 'SIGKILL', '(settling|publishing)'],
    ...installedClients().filter(client => client !== 'kafkajs').flatMap(client => [
      [`the broker stops, with ${client}`, ['kafka'], 'SIGTERM', 'publishing', client],
      [`the broker is killed, with ${client}`, ['kafka'], 'SIGKILL', 'publishing', client],
    ] as const),
  ] as const)('is not ready while %s, goes on by itself, and has lost and doubled nothing', async ([, servers, signal, stuck, client = 'kafkajs']) => {
    await using handler = await startProgram('command-handler', { env: { ...env, KAFKA_CLIENT: client } });
    await amidWork(async () => {
      await Promise.all(servers.map(server => stack.stop(server, signal)));
      await becomesUnready(handler.url, stuck);
    });
    await Promise.all(servers.map(server => stack.start(server)));
    await becomesReady(handler);
    await expectAllSettled();
  });

  it.for(installedClients())('is not ready while the broker hangs, with %s, goes on by itself, and has lost and doubled nothing', async client => {
    await using handler = await startProgram('command-handler', { env: { ...env, KAFKA_CLIENT: client } });
    const broker = stack.status.find(({ name }) => name === 'kafka')?.process?.pid;
    if (broker === undefined) throw new Error('there is no broker');
    await amidWork(async () => {
      process.kill(broker, 'SIGSTOP');
      try {
        await becomesUnready(handler.url, 'consumer', 'no answer from the broker');
      } finally {
        process.kill(broker, 'SIGCONT');
      }
    });
    await becomesReady(handler);
    await expectAllSettled();
  });

  it('settles a batch again whose connection to the database was cut', async () => {
    await using handler = await startProgram('command-handler', { env });
    const cut = `select count(pg_terminate_backend(pid))::integer as answer from pg_stat_activity
                 where datname = '${new URL(databaseUrl).pathname.slice(1)}' and xact_start is not null`;
    await amidWork(() => expect.poll(async () => {
      await ask(stack.adminDatabaseUrl, cut);
      return handler.output();
    }, { ...patience, interval: 10 }).toContain('settling cannot go on'));
    await expectAllSettled();
  });

  it('that starts while the registry is away becomes ready when that is back', async () => {
    await using sender = await connectSender(env);
    await sender.send(trafficAmong(accounts, 1_000));
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    await stack.stop('registry');
    // The registry starts in its time.
    const starting = startProgram('command-handler', { env: { ...env, PORT: String(port) }, readyWithinMs: 120_000 });
    await becomesUnready(url, 'settling', 'schema registry');
    await stack.start('registry');
    await using resources = new AsyncDisposableStack();
    resources.use(await starting);
    await expectAllSettled();
  });

  it('buries nothing while it cannot look up a schema', async () => {
    await using sender = await connectSender(env);
    await using handler = await startProgram('command-handler', { env });
    await stack.stop('registry', 'SIGKILL');
    await sender.send(trafficAmong(accounts, 1_000));
    await becomesUnready(handler.url, 'settling', 'schema registry');
    await stack.start('registry');
    await becomesReady(handler);
    await expectAllSettled();
  });
});
