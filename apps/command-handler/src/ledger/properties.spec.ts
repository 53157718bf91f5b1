import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outgoing } from '@bank/messaging';
import { createLogger } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import { createSuite, type Suite } from '@bank/stack';
import { drawAccount } from '../account/opening.ts';
import { settleDividing } from '../settlement/divide.ts';
import { planning } from './statements.ts';
import { messagesOf, type Published } from '../settlement/messages.ts';
import { expectInvariants, isConflict, type Told } from '../testing/invariants.ts';
import { ModelBank } from '../testing/model.ts';
import { batchesOfSteps, commandOfStep, linewise, step, type KnownAccount, type Step } from '../testing/steps.ts';
import { commandOf, type Command, type CommandTopic } from './command.ts';
import { openCompanyAccount } from './company.ts';
import { settle } from './settle.ts';

/**
 * Fails with a counterexample when a property does not hold of a hundred random inputs. After eight seconds it lets all pass: a slow
 * machine tries fewer, and shrinks a counterexample less. (fast-check's own limit would leave a run behind on the database.)
 */
const holdsOf = <T>(input: fc.Arbitrary<T>, property: (input: T) => Promise<void>): Promise<void> => {
  const enough = AbortSignal.timeout(8_000);
  return fc.assert(fc.asyncProperty(input, async drawn => {
    if (!enough.aborted) await property(drawn);
  }));
};

const batchSize = fc.integer({ min: 1, max: 12 });
const inBatches = <T>(list: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

/** What two handlers are given at the same time, much of it to both, as when a group hands out its partitions anew. */
const race = fc.record({
  steps: linewise(fc.array(fc.record({ step, to: fc.constantFrom('one', 'other', 'both') }), { minLength: 2, maxLength: 40, size: 'max' })),
  sizeOfOne: batchSize,
  sizeOfOther: batchSize,
});

/** A message with its ids as text, whatever array of bytes they came in. */
const readable = ({ record: { type, value }, ...message }: Published): object => {
  const textOf = (field: unknown): unknown => (field instanceof Uint8Array ? Buffer.from(field).toString('hex') : field);
  return { ...message, type, value: Object.entries(value).map(([name, field]: [string, unknown]) => [name, textOf(field)]) };
};

/** What a used id is answered with is not stored: its headers tell when it was answered. */
const withoutTimes = (message: Published): object => (isConflict(message) ? { ...readable(message), headers: {} } : readable(message));
const stored = (told: readonly Told[]): readonly (readonly object[])[] => told.map(({ messages }) => messages.map(withoutTimes));

/** A command as it would have come. Ten stand at each offset, in as many partitions. */
const commandAt = (at: number, { topic, record }: Outgoing<CommandTopic>): Command => {
  const position = { partition: at % 10, offset: BigInt(Math.floor(at / 10)), timestampMs: 1_700_000_000_000 + at };
  const raw = { topic, ...position, key: null, value: null, headers: {} };
  return commandOf({ topic, raw, record } as Parameters<typeof commandOf>[0]);
};

describe('whatever is asked of the bank', () => {
  let suite: Suite;
  let pool: pg.Pool;
  let clock = Date.parse('2026-11-22T12:00:00.123Z');

  beforeAll(async () => {
    suite = await createSuite();
    const url = await suite.createDatabase();
    await migrate(url, fileURLToPath(new URL('migrations', import.meta.url)), createLogger('spec', 'silent'));
    pool = createPool(url, { max: 2, settings: planning, onIdleError: () => undefined });
  });
  afterAll(async () => {
    await pool.end();
    await suite[Symbol.asyncDispose]();
  });

  const tables = async (): Promise<readonly unknown[]> =>
    [(await pool.query('select * from accounts order by iban')).rows, (await pool.query('select * from ledger order by id')).rows];

  /** Settles a batch; when another handler is in the way, again. */
  const settleNow = async (commands: readonly Command[]): Promise<readonly Told[]> => {
    const now = new Date((clock += 1_001));
    const { settled, refused } = await settleDividing(commands, part => settle({ pool, draw: drawAccount }, { commands: part, offsets: [], now }));
    expect(refused).toEqual([]);
    return settled.map(one => ({ command: one.command, now, messages: messagesOf(one) }));
  };
  const settleInTurn = async (batches: readonly (readonly Command[])[]): Promise<readonly Told[]> => {
    const told: Told[] = [];
    for (const batch of batches) told.push(...await settleNow(batch));
    return told;
  };

  /** The commands of some steps by somebody who knows all accounts; each at a position of its own, unless it is delivered again. */
  const commandsOf = async (steps: readonly Step[], history: readonly Told[]): Promise<readonly Command[]> => {
    const { rows: accounts } = await pool.query<KnownAccount>(
      'select iban, token, balance from accounts left join ledger on opened = iban order by command_timestamp nulls first');
    const sent = history.map(({ command }) => command);
    for (const step of steps) {
      const next = commandOfStep(step, sent, accounts);
      if (next) sent.push('position' in next ? next : commandAt(sent.length, next));
    }
    return sent.slice(history.length);
  };

  /** Asks a new bank for everything, batch by batch. */
  const play = async (batches: readonly (readonly Step[])[]): Promise<readonly Told[]> => {
    await pool.query('truncate accounts, ledger');
    await openCompanyAccount(pool);
    const history: Told[] = [];
    for (const steps of batches) history.push(...await settleNow(await commandsOf(steps, history)));
    return history;
  };

  /** Delivers all again, in other batches. */
  const expectSameAgain = async (history: readonly Told[], size: number): Promise<void> => {
    const before = await tables();
    const again = await settleInTurn(inBatches(history.map(({ command }) => command), size));
    expect(stored(again)).toEqual(stored(history));
    expect(await tables()).toEqual(before);
  };

  it('answers each command as the contract says, and leaves each account as it says', () =>
    holdsOf(batchesOfSteps, async batches => {
      const model = new ModelBank();
      for (const { command, now, messages } of await play(batches)) {
        expect(messages.map(readable)).toEqual(model.answer(command, now, messages).map(readable));
      }
      const { rows } = await pool.query<{ iban: string }>('select iban, token, balance, version from accounts');
      expect(new Map(rows.map(({ iban, ...account }) => [iban, account]))).toEqual(model.accounts);
    }));

  it('conserves money, passes no limit, numbers the changes of each account from 1, and has one outcome for an id', () =>
    holdsOf(batchesOfSteps, async batches => {
      await expectInvariants(pool, await play(batches));
    }));

  it('changes nothing and tells the same when all is delivered again, however it is cut into batches', () =>
    holdsOf(fc.tuple(batchesOfSteps, batchSize), async ([batches, size]) => {
      await expectSameAgain(await play(batches), size);
    }));

  it('holds all that when two handlers settle some of the same commands at the same time', () =>
    holdsOf(fc.tuple(batchesOfSteps, race), async ([batches, { steps, sizeOfOne, sizeOfOther }]) => {
      const history = await play(batches);
      const commands = await commandsOf(steps.map(({ step }) => step), history);
      const settlePart = (not: 'one' | 'other', size: number): Promise<readonly Told[]> =>
        settleInTurn(inBatches(commands.filter((_, at) => steps[at]?.to !== not), size));
      const all = [...history, ...(await Promise.all([settlePart('other', sizeOfOne), settlePart('one', sizeOfOther)])).flat()];
      await expectInvariants(pool, all);
      await expectSameAgain(all, sizeOfOne);
    }));
});
