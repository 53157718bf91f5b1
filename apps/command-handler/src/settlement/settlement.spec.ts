import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { Received } from '@bank/messaging';
import { createLogger, Health, Retry } from '@bank/service';
import { commandIdOf } from '@bank/topology';
import type { CommandTopic } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';
import type { Batch } from '../ledger/settle.ts';
import { creation, newId } from '../testing/customer.ts';
import { SettlementMetrics } from './metrics.ts';
import { settleCommands, type Settlement } from './settlement.ts';

const topic = 'confirm_account_creation';

const messages = (count: number): Received<CommandTopic>[] =>
  Array.from({ length: count }, (_, at) => ({
    topic, raw: { topic, partition: 0, offset: BigInt(at), timestampMs: 0, key: null, value: null, headers: {} }, record: creation(newId()).record,
  } as Received<CommandTopic>));

const idOf = (message: Received<CommandTopic>): string => ('record' in message ? commandIdOf(message.record.value.id) : '');

const refused = ({ commands, now: settledAt }: Batch): readonly Settled[] =>
  commands.map(command => ({ command, entry: { ...command, settledAt, outcome: { type: 'refused', reason: 'insufficient funds' } }, as: 'new' }));

/** Settles what waits by a database of which the test says when it answers, until all is published. */
const start = (waiting: Received<CommandTopic>[], settle: Settlement['settle']) => {
  const stopping = new AbortController();
  const health = new Health();
  const log = createLogger('spec', 'silent');
  const ids = waiting.map(idOf);
  const published: (string | null)[] = [];
  const committed: bigint[] = [];
  let takes = 0;
  const running = settleCommands({
    consumer: {
      get queued() {
        return waiting.length;
      },
      take: async ({ max, signal }) => {
        takes += 1;
        while (waiting.length === 0 && !signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve));
        return waiting.splice(0, max);
      },
      commit: done => {
        committed.push(...done.map(({ raw }) => raw.offset));
        return Promise.resolve();
      },
    },
    producer: {
      encode: outgoing => outgoing.map(({ key, headers = {} }) => ({ topic: '', partition: 0, key, value: null, headers })),
      sendEncoded: encoded => {
        published.push(...encoded.map(({ key }) => String(key)));
        if (published.length === ids.length) stopping.abort();
        return Promise.resolve();
      },
    },
    settle,
    settling: new Retry('settling', { health, log }),
    publishing: new Retry('publishing', { health, log }),
    metrics: new SettlementMetrics(new Registry()),
    log,
    isFinal: error => error instanceof RangeError,
    now: () => new Date(0),
    stopping: stopping.signal,
  });
  return { running, ids, published, committed, takes: () => takes };
};

/** A database that has got a batch, and commits it when it is told to. */
const slowDatabase = () => {
  const commits: (() => void)[] = [];
  const settle = async (batch: Batch): Promise<readonly Settled[]> => {
    batch.whenSent?.();
    await new Promise<void>(resolve => commits.push(resolve));
    return refused(batch);
  };
  return { settle, commits };
};

describe('the next batch', () => {
  it('is taken while the database commits, when it is full; all is published once, in order, and then committed', async () => {
    const { settle, commits } = slowDatabase();
    const { running, ids, published, committed, takes } = start(messages(2_500), settle);
    await expect.poll(takes).toBe(2);
    expect(commits).toHaveLength(1);
    commits[0]?.();
    await expect.poll(() => commits).toHaveLength(2);
    expect(takes()).toBe(2);
    commits[1]?.();
    await expect.poll(() => commits).toHaveLength(3);
    commits[2]?.();
    await running;
    expect(published).toEqual(ids);
    expect(committed.at(-1)).toBe(2_499n);
  });

  it('gathers until the database has committed, when it is not full', async () => {
    const { settle, commits } = slowDatabase();
    const { running, ids, published, takes } = start(messages(1_999), settle);
    await expect.poll(() => commits).toHaveLength(1);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(takes()).toBe(1);
    commits[0]?.();
    await expect.poll(() => commits).toHaveLength(2);
    commits[1]?.();
    await running;
    expect(published).toEqual(ids);
  });

  it('comes after one that the database lost on its way and settled at the second try', async () => {
    let tries = 0;
    const { running, ids, published } = start(messages(2_000), async batch => {
      batch.whenSent?.();
      tries += 1;
      if (tries === 1) throw new Error('the connection broke');
      return Promise.resolve(refused(batch));
    });
    await running;
    expect(tries).toBe(3);
    expect(published).toEqual(ids);
  });

  it('is left, neither published nor committed, when the one before it cannot be settled', async () => {
    const { running, published, committed } = start(messages(2_000), async batch => {
      batch.whenSent?.();
      await new Promise(setImmediate);
      throw new RangeError('refused for good');
    });
    await expect(running).rejects.toThrow('refused for good');
    expect([published, committed]).toEqual([[], []]);
  });
});
