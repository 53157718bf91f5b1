import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connectionOf, Consumer, messagingVariables } from '@bank/messaging';
import { createSuite, runProgram, startProgram, synchronize, type Program, type Suite } from '@bank/stack';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

const progressOfSteps = { steps: z.array(z.int()), seconds: z.int(), stepsDone: z.int(), secondsLeft: z.number() };
const stateOfLoad = z.strictObject({ batch: z.int(), intervalMs: z.int(), sent: z.int(), missed: z.int(), ...z.object(progressOfSteps).partial().shape });
type LoadState = z.infer<typeof stateOfLoad>;

const loadOf = async ({ url }: Program): Promise<LoadState> => stateOfLoad.parse(await (await fetch(`${url}/load`)).json());

const putLoad = ({ url }: Program, body: string, contentType = 'application/json'): Promise<Response> =>
  fetch(`${url}/load`, { method: 'PUT', headers: { 'content-type': contentType }, body });

const hasSent = (service: Program, heartbeats: number): Promise<void> =>
  vi.waitFor(async () => expect((await loadOf(service)).sent).toBeGreaterThanOrEqual(heartbeats), { timeout: 60_000 });

const numbers = (from: number, to: number): readonly bigint[] => Array.from({ length: to - from }, (_, at) => BigInt(from + at));

describe('the heartbeat service', () => {
  let suite: Suite;
  const start = (env: Readonly<Record<string, string>> = {}): Promise<Program> =>
    startProgram('heartbeat', { env: { ...suite.env, ...env } });

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  it('sends a batch every interval, under the key "now", counted from 0, and its rate can be changed while it runs', async () => {
    const startedMs = Date.now();
    const connection = connectionOf('heartbeat-spec', z.object(messagingVariables).parse(suite.env));
    await using consumer = await Consumer.connect(connection, { group: 'spec', topics: ['heartbeat'], from: 'beginning' });
    const beatsUpTo = async (count: number): Promise<readonly unknown[]> => {
      const taken: unknown[] = [];
      const signal = AbortSignal.timeout(15_000);
      while (taken.length < count && !signal.aborted) {
        const heartbeats = await consumer.take({ max: count - taken.length, signal });
        const ours = heartbeats.filter(({ raw }) => raw.timestampMs >= startedMs);
        expect(ours.every(({ raw }) => String(raw.key) === 'now')).toBe(true);
        taken.push(...ours.map(heartbeat => ('record' in heartbeat ? heartbeat.record.value.beat : heartbeat.unreadable)));
      }
      return taken;
    };

    await using service = await start({ HEARTBEAT_BATCH: '0' });
    expect(await loadOf(service)).toEqual({ batch: 0, intervalMs: 1_000, sent: 0, missed: 0 });

    const answer = await putLoad(service, '{"batch": 5, "intervalMs": 20}');
    expect([answer.status, await answer.json()]).toEqual([200, { batch: 5, intervalMs: 20, sent: 0, missed: 0 }]);
    expect(await beatsUpTo(200)).toEqual(numbers(0, 200));

    await putLoad(service, '{"batch": 500}');
    expect(await beatsUpTo(2_000)).toEqual(numbers(200, 2_200));
  });

  it('has as many due as its load says, sent or counted as missed', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '10', HEARTBEAT_INTERVAL_MS: '10' });
    const look = async () => {
      const before = performance.now();
      const { sent, missed } = await loadOf(service);
      return { before, after: performance.now(), due: sent + missed };
    };
    await hasSent(service, 100);
    const from = await look();
    await hasSent(service, 6_000);
    const to = await look();
    // At a thousand a second one is due each millisecond. What is in hand at a look is neither sent nor missed yet: at most a
    // second's worth that is being sent, and as much that waits.
    const inHand = 2_000;
    expect(to.due - from.due).toBeLessThanOrEqual(to.after - from.before + inHand);
    expect(to.due - from.due).toBeGreaterThanOrEqual(to.before - from.after - inHand);
  });

  it('goes through steps, each with exactly as many as its rate says, and back to the load before', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '0' });
    const asked = { steps: [0, 10, 25, 400], seconds: 1 };
    const answer = await putLoad(service, JSON.stringify(asked));
    expect([answer.status, await answer.json()]).toMatchObject([200, { ...asked, batch: 0, intervalMs: 100, stepsDone: 0 }]);
    await vi.waitFor(async () => expect(await loadOf(service)).toMatchObject({ stepsDone: 4, secondsLeft: 0, batch: 0 }), { timeout: 15_000 });
    await vi.waitFor(async () => {
      const { sent, missed } = await loadOf(service);
      expect(sent + missed).toBe(10 + 25 + 400);
    }, { timeout: 15_000 });

    await putLoad(service, '{"batch": 1}');
    expect(Object.keys(await loadOf(service))).toEqual(['batch', 'intervalMs', 'sent', 'missed']);
  });

  it('answers a bad load with what is wrong in it, and keeps the one it has', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '0' });
    for (const [body, error] of [
      ['{"batch": -1}', 'batch should be a whole number from 0 to 100000'],
      ['{"intervalMs": 5}', 'intervalMs should be a whole number of milliseconds from 10 to 60000'],
      ['{"speed": 5}', 'there is no speed, only batch and intervalMs, or steps and seconds'],
      ['{"steps": [10, -1], "seconds": 60}', 'steps should be a list of 1 to 100 rates, heartbeats a second, whole numbers from 0 to 100000'],
      ['', expect.stringContaining('the body should be a JSON object, such as')],
      ['5', expect.stringContaining('the body cannot be read')],
      ['{"batch":', expect.stringContaining('the body cannot be read')],
    ] as const) {
      const answer = await putLoad(service, body);
      expect([answer.status, await answer.json()]).toEqual([400, { errors: [error] }]);
    }
    for (const [answer, status, error] of [
      [await putLoad(service, 'batch=5', 'text/plain'), 415, 'content-type should be application/json, not text/plain'],
      [await putLoad(service, `{"batch": 5${' '.repeat(5_000)}}`), 413, 'the body cannot be read: it should have 4096 bytes at most'],
      [await fetch(`${service.url}/load`, { method: 'POST' }), 405, 'the load can be read by GET and changed by PUT, not by POST'],
    ] as const) {
      expect([answer.status, await answer.json()]).toEqual([status, { errors: [error] }]);
    }
    expect(await loadOf(service)).toMatchObject({ batch: 0, intervalMs: 1_000 });
  });

  it('neither tells nor changes its load under a name with a dot, which a page may have made to mean this machine', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '0' });
    const statusAs = async (host: string, method: string): Promise<number | undefined> => {
      const asked = request(`${service.url}/load`, { method, headers: { host, 'content-type': 'application/json' } });
      // Node sends a GET's body without its length: the server would take it for the next request, and hang up.
      asked.end(method === 'PUT' ? '{"batch": 7}' : undefined);
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    for (const host of ['bank.example', 'bank.example:8082', 'a/b']) expect([host, await statusAs(host, 'PUT'), await statusAs(host, 'GET')]).toEqual([host, 421, 421]);
    expect(await loadOf(service)).toMatchObject({ batch: 0 });
    for (const host of ['localhost:8082', '[::1]', 'heartbeat']) expect([host, await statusAs(host, 'PUT')]).toEqual([host, 200]);
    expect(await loadOf(service)).toMatchObject({ batch: 7 });
  });

  it('shows what it sent, missed and is asked for as metrics', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '2', HEARTBEAT_INTERVAL_MS: '50' });
    await hasSent(service, 2);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/^heartbeat_sent_total [1-9]/m);
    expect(metrics).toMatch(/^heartbeat_missed_total \d/m);
    expect(metrics).toMatch(/^heartbeat_asked_rate 40$/m);
  });

  it('stops on SIGTERM with 0', async () => {
    await using service = await start({ HEARTBEAT_BATCH: '100', HEARTBEAT_INTERVAL_MS: '10' });
    await hasSent(service, 500);
    service.kill('SIGTERM');
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });

  it('tells a wrong configuration in a line a variable, and exits with 1', async () => {
    const env = { ...suite.env, PORT: '0', HEARTBEAT_BATCH: 'many', HEARTBEAT_INTERVAL_MS: '5' };
    expect(await runProgram('heartbeat', { env })).toEqual({
      code: 1,
      signal: null,
      output:
        'HEARTBEAT_BATCH is "many", it should be: a whole number from 0 to 100000\n' +
        'HEARTBEAT_INTERVAL_MS is "5", it should be: a whole number of milliseconds from 10 to 60000\n',
    });
  });
});
