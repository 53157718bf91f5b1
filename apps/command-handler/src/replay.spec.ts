import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Outgoing } from '@bank/messaging';
import { createPool } from '@bank/service/database';
import { createSuite, startProgram, synchronize, type Program } from '@bank/stack';
import { company } from '@bank/topology';
import type { CommandTopic } from './ledger/command.ts';
import { outcomeOf, type Answer } from './testing/customer.ts';
import { connectionTo, gatherEvidence } from './testing/evidence.ts';
import { forgetEmptyGroup } from './testing/group.ts';
import { commandOfStep, step } from './testing/steps.ts';
import { connectSender, drained, openAccounts } from './testing/traffic.ts';

describe('a replay of all commands from the beginning of their topics', () => {
  const resources = new AsyncDisposableStack();
  let env: Readonly<Record<string, string>>;
  let pool: pg.Pool;
  let handler: Program;

  beforeAll(async () => {
    const suite = resources.use(await createSuite());
    await synchronize(suite.env);
    const url = await suite.createDatabase();
    // On a busy machine the group must not think the handler dead: commands would be answered once more than this test counts.
    env = { ...suite.env, DATABASE_URL: url, KAFKA_SESSION_TIMEOUT_MS: '60000' };
    pool = resources.adopt(createPool(url, { max: 1, onIdleError: () => undefined }), open => open.end());
    handler = await startProgram('command-handler', { env });
    resources.defer(() => handler[Symbol.asyncDispose]());
  });
  afterAll(() => resources.disposeAsync());

  const rowsOf = async (table: string): Promise<readonly object[]> => (await pool.query<object>(`select * from ${table} order by 1, 2`)).rows;
  const tables = (): Promise<readonly (readonly object[])[]> => Promise.all(['accounts', 'ledger', 'settled_offsets'].map(rowsOf));

  /** All that the bank ever told, sorted: replayed commands of different partitions come in another order. */
  const told = async (): Promise<readonly string[]> => {
    const { messages } = await gatherEvidence(connectionTo(env));
    return messages.flatMap(message => (isAnswer(message) ? [asText(message)] : [])).sort();
  };

  it('leaves every table as it is, and tells the same again, byte for byte', async () => {
    const accounts = (await openAccounts(env, 5)).map(account => ({ ...account, balance: 0n }));
    const commands: Outgoing<CommandTopic>[] = [];
    // The seed makes them the same in every run, but for ids, IBANs and tokens.
    for (const one of fc.sample(step, { numRuns: 500, seed: 17 })) {
      const command = commandOfStep(one, commands, [{ ...company, balance: company.openingBalance }, ...accounts]);
      if (command) commands.push(command);
    }
    await using sender = await connectSender(env);
    await sender.send(commands);
    await drained(env);
    handler.kill('SIGTERM');
    expect(await handler.exited).toEqual({ code: 0, signal: null });
    const [tablesBefore, toldBefore] = [await tables(), await told()];

    await forgetEmptyGroup(connectionTo(env), 'command-handler');
    handler = await startProgram('command-handler', { env });
    await drained(env);

    expect(await tables()).toEqual(tablesBefore);
    expect(await told()).toEqual(toldBefore.flatMap(message => [message, message]));
  });
});

type Message = Awaited<ReturnType<typeof gatherEvidence>>['messages'][number];

const isAnswer = (message: Message): message is Answer =>
  message.topic !== 'confirm_account_creation' && message.topic !== 'confirm_money_transfer';

/** All of a message but where it stands. What a used id is answered with is not stored: its headers tell when it was answered. */
const asText = (answer: Answer): string => {
  const { topic, partition, key, value, headers: { 'settled-at': settledAt, ...headers } } = answer.raw;
  const isStored = outcomeOf(answer) !== 'id was used for another command';
  return JSON.stringify([topic, partition, key, value, headers, isStored && settledAt]);
};
