import { randomUUID } from 'node:crypto';
import { connectionOf, Consumer, kafkajsClient, messagingVariables, Producer, type Connection } from '@bank/messaging';
import { createSuite, runProgram, startProgram, synchronize, type Program, type Suite } from '@bank/stack';
import { commandIdOf, type CommandId } from '@bank/topology';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { transferCommandOf, type Beat } from './command/command.ts';
import { accountId, firstSalaryId } from './command/ids.ts';
import type { Run } from './command/run.ts';
import { Bank, type Transfer } from './testing/bank.ts';

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, at) => from + at);
const firstAccounts = range(0, 20);

/** A metric's value; 0 when it has not been counted yet. */
const metric = async ({ url }: Program, name: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find(candidate => candidate.startsWith(`command_generator_${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
};

const becomes = (service: Program, name: string, value: number): Promise<void> =>
  vi.waitFor(async () => expect(await metric(service, name)).toBe(value), { timeout: 15_000 });

const stop = async (service: Program): Promise<void> => {
  service.kill('SIGTERM');
  expect(await service.exited).toEqual({ code: 0, signal: null });
};

describe('the command generator', () => {
  let suite: Suite;
  let connection: Connection;
  let heartbeat: Producer<'heartbeat'>;
  let bank: Bank;
  let run: Run;
  /** Where the next heartbeat will stand on its topic. */
  let nextOffset = 0n;

  beforeAll(async () => {
    suite = await createSuite();
    await synchronize(suite.env);
    connection = connectionOf('command-generator-spec', z.object(messagingVariables).parse(suite.env));
    heartbeat = await Producer.connect(connection, ['heartbeat']);
    bank = await Bank.connect(connection);
  });
  beforeEach(() => {
    run = { id: randomUUID(), seed: 'a seed' };
    bank.isOpen = true;
    bank.forget();
  });
  afterAll(async () => {
    await bank[Symbol.asyncDispose]();
    await heartbeat[Symbol.asyncDispose]();
    await suite[Symbol.asyncDispose]();
  });

  const start = (env: Readonly<Record<string, string>> = {}): Promise<Program> =>
    startProgram('command-generator', { env: { ...suite.env, RUN_ID: run.id, SEED: run.seed, ...env } });

  const beat = async (beats: readonly number[]): Promise<readonly Beat[]> => {
    await heartbeat.send(
      beats.map(number => ({ topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: BigInt(number) } } })),
    );
    const first = nextOffset;
    nextOffset += BigInt(beats.length);
    return beats.map((beat, at) => ({ beat, offset: first + BigInt(at) }));
  };

  /** Has the first accounts opened, and waits until they were paid their first salary: from then on they are known. */
  const openFirstAccounts = async (): Promise<void> => {
    await beat(firstAccounts);
    await bank.until(({ transfers }) => transfers.size === firstAccounts.length);
  };

  const idsOf = (creationBeats: readonly number[]): readonly CommandId[] => creationBeats.map(creationBeat => accountId(run, creationBeat));

  /** The transfers that heartbeats are to make, by the rules and the accounts that the bank opened. */
  const transfersOf = (heartbeats: readonly Beat[]): ReadonlyMap<CommandId, Transfer> =>
    new Map(
      heartbeats.flatMap(heartbeat => {
        const record = transferCommandOf(run, heartbeat, creationBeat => bank.accounts.get(accountId(run, creationBeat)))?.outgoing.record;
        return record?.type === 'ConfirmMoneyTransfer' ? [[commandIdOf(record.value.id), record.value]] : [];
      }),
    );

  it('turns each heartbeat into the command of the mix, and tells no secret', async () => {
    await using service = await start({ LOG_LEVEL: 'trace' });
    await openFirstAccounts();
    expect(bank.openings).toEqual(idsOf(firstAccounts));
    expect(new Set(bank.transfers.keys())).toEqual(new Set(firstAccounts.map(creationBeat => firstSalaryId(run, creationBeat))));

    bank.forget();
    const heartbeats = await beat(range(20, 201));
    await bank.until(({ transfers }) => transfers.size === 181);
    expect(bank.openings).toEqual(idsOf([200]));
    bank.transfers.delete(firstSalaryId(run, 200));
    expect(bank.transfers).toEqual(transfersOf(heartbeats.slice(0, -1)));

    const sent = (kind: string): Promise<number> => metric(service, `commands_sent_total{kind="${kind}"}`);
    // Counted when the broker has acknowledged them, which may be after they have come here.
    await expect.poll(() => Promise.all(['account', 'first salary'].map(sent))).toEqual([21, 21]);
    const others = async (): Promise<number> => (await Promise.all(['salary', 'deposit', 'withdrawal', 'ah-pin', 'other'].map(sent))).reduce((sum, count) => sum + count, 0);
    await expect.poll(others).toBe(180);
    await becomes(service, 'accounts_known', 21);

    await stop(service);
    const output = await service.output();
    const tokens = [...bank.accounts.values()].map(({ token }) => token);
    for (const secret of [run.id, ...idsOf(firstAccounts), ...tokens]) expect(output).not.toContain(secret);
  });

  it('knows its accounts again after a restart, and a heartbeat that is delivered again makes the identical command', async () => {
    {
      await using service = await start();
      await openFirstAccounts();
      await stop(service);
    }
    const salaries = new Map(bank.transfers);
    bank.forget();
    const heartbeats = await beat(range(20, 40));
    {
      await using service = await start();
      await bank.until(({ transfers }) => transfers.size === 40);
      await stop(service);
    }
    expect(bank.openings).toEqual(idsOf(firstAccounts));
    const transfers = new Map(bank.transfers);
    expect(transfers).toEqual(new Map([...salaries, ...transfersOf(heartbeats)]));

    bank.forget();
    await rewindHeartbeatsBy(20n);
    await using service = await start();
    await becomes(service, 'active', 1);
    await bank.until(({ transfers }) => transfers.size === 40);
    expect(bank.transfers).toEqual(transfers);
  });

  /** As if the last commits of the group had been lost: a member of it says that it has done less. */
  const rewindHeartbeatsBy = async (count: bigint): Promise<void> => {
    const assigned = Promise.withResolvers<unknown>();
    await using member = await Consumer.connect(connection, {
      group: 'command-generator',
      topics: ['heartbeat'],
      from: 'beginning',
      onAssigned: assigned.resolve,
    });
    await assigned.promise;
    await member.commit([{ raw: { topic: 'heartbeat', partition: 0, offset: nextOffset - count - 1n } }]);
  };

  it('makes the same transfers under new ids when the heartbeats start again from 0', async () => {
    await using service = await start();
    await becomes(service, 'active', 1);
    await openFirstAccounts();
    const first = await beat(range(20, 30));
    await bank.until(({ transfers }) => transfers.size === 30);
    bank.forget();
    const second = await beat(range(0, 30));
    await bank.until(({ openings, transfers }) => openings.length === 20 && transfers.size === 10);
    expect(bank.openings).toEqual(idsOf(firstAccounts));
    expect(bank.transfers).toEqual(transfersOf(second.slice(20)));

    const contentsOf = (heartbeats: readonly Beat[]): readonly unknown[] =>
      [...transfersOf(heartbeats).values()].map(transfer => ({ ...transfer, id: undefined }));
    expect(contentsOf(first)).toEqual(contentsOf(second.slice(20)));
  });

  /** Starts two instances, of which the group makes one active. */
  const startTwo = async (resources: AsyncDisposableStack): Promise<{ active: Program; standby: Program }> => {
    const first = resources.use(await start());
    await becomes(first, 'active', 1);
    const second = resources.use(await start());
    // When another joins, the group decides anew: it may be the first that stands by from then on.
    const standby = await vi.waitFor(
      async () => {
        const outputs = await Promise.all([first, second].map(async service => ({ service, output: await service.output() })));
        const found = outputs.find(({ output }) => output.includes('standing by'));
        return found?.service ?? Promise.reject(new Error('nobody stands by yet'));
      },
      { timeout: 15_000 },
    );
    return { active: standby === first ? second : first, standby };
  };

  it('has one instance active and another standing by, which takes over with the same accounts', async () => {
    await using resources = new AsyncDisposableStack();
    const { active, standby } = await startTwo(resources);
    await openFirstAccounts();
    expect([await metric(active, 'accounts_known'), await metric(standby, 'accounts_known')]).toEqual([20, 0]);

    bank.forget();
    await stop(active);
    const heartbeats = await beat(range(20, 30));
    await bank.until(({ transfers }) => transfers.size === 30);
    expect(bank.openings).toEqual(idsOf(firstAccounts));
    for (const [id, transfer] of transfersOf(heartbeats)) expect(bank.transfers.get(id)).toEqual(transfer);
  });

  it('loses no heartbeat when the active instance is killed at its work, and what is made twice is identical', async () => {
    await using resources = new AsyncDisposableStack();
    const { active, standby } = await startTwo(resources);
    await openFirstAccounts();
    const salaries = new Map(bank.transfers);

    bank.forget();
    const heartbeats: Beat[] = [];
    for (let first = 20; first < 200; first += 10) {
      heartbeats.push(...(await beat(range(first, first + 10))));
      if (first !== 100) continue;
      await bank.until(({ transfers }) => transfers.size > 0);
      active.kill('SIGKILL');
    }
    // The successor has the salaries paid again. The bank of this test fails on an id that comes again with other content.
    const expected = new Map([...salaries, ...transfersOf(heartbeats)]);
    await bank.until(({ transfers }) => transfers.size === expected.size);
    expect(bank.transfers).toEqual(expected);
    expect(await metric(standby, 'heartbeats_without_command_total{reason="account unknown"}')).toBe(0);
    expect(await active.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('counts heartbeats that it can make no command of: accounts unknown, or no heartbeat at all', async () => {
    bank.isOpen = false;
    await using service = await start();
    await beat(range(0, 30));
    await becomes(service, 'heartbeats_without_command_total{reason="account unknown"}', 10);
    expect(await metric(service, 'commands_sent_total{kind="account"}')).toBe(20);

    const kafkajs = kafkajsClient(connection).producer();
    await kafkajs.connect();
    await kafkajs.send({ topic: `${connection.topicPrefix}heartbeat`, messages: [{ value: 'not a heartbeat' }] });
    nextOffset += 1n;
    await kafkajs.disconnect();
    await becomes(service, 'heartbeats_without_command_total{reason="unreadable"}', 1);
    await bank.until(({ openings }) => openings.length === 20);
    expect(bank.transfers.size).toBe(0);
  });

  it('stops on SIGTERM with 0 while there is work, and has committed no more than it sent', async () => {
    const heartbeats: Beat[] = [];
    {
      await using service = await start();
      await openFirstAccounts();
      heartbeats.push(...(await beat(range(20, 199))));
      await bank.until(({ transfers }) => transfers.size > 20);
      await stop(service);
    }
    await using service = await start();
    await becomes(service, 'active', 1);
    const expected = transfersOf(heartbeats);
    await bank.until(({ transfers }) => [...expected.keys()].every(id => transfers.has(id)));
  });

  it('tells a wrong configuration in a line a variable, and exits with 1', async () => {
    expect(await runProgram('command-generator', { env: { ...suite.env, PORT: '0', RUN_ID: 'mine' } })).toEqual({
      code: 1,
      signal: null,
      output: 'RUN_ID is "mine", it should be: a UUID, kept for as long as the data of the bank\n',
    });
  });
});
