import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { Producer } from '@bank/messaging';
import { runProgram, type Program } from '@bank/stack';
import { audit } from '../audit/audit.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank, type Bank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { hasCommit, treeAt, treeOfToday, type Tree } from './tree.ts';

/** The handler as it was with one Kafka client only, and before it told how far it is. */
const earlierRevision = '08dc0ba8e05aaddfe10103dd7a050deb8499d856';

/** Adds a field to BalanceChanged, with a default, as its third version. */
const evolve = async ({ folder }: Tree): Promise<void> => {
  const replace = async (file: string, text: string, by: string): Promise<void> => {
    const path = join(folder, 'libs/topology/src', file);
    const before = await readFile(path, 'utf8');
    expect(before).toContain(text);
    await writeFile(path, before.replace(text, by));
  };
  await replace('records.ts', 'export const BalanceChanged = {', 'export const BalanceChangedV2 = {');
  await replace('records.ts', 'export type AccountType', `export const BalanceChanged = {
    ...BalanceChangedV2,
    fields: [...BalanceChangedV2.fields, { name: 'channel', type: ['null', 'string'], default: null }],
  } as const satisfies RecordSchema;

  export type AccountType`);
  await replace('topics.ts', 'BalanceChangedV1,', 'BalanceChangedV1, BalanceChangedV2,');
  await replace('topics.ts', 'earlierVersions: [BalanceChangedV1]', 'earlierVersions: [BalanceChangedV1, BalanceChangedV2]');
};

const settledBy = async ({ url }: Program): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return [...metrics.matchAll(/^commands_settled_total\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
};

const versionsOf = async ({ env }: Bank): Promise<unknown> =>
  (await fetch(`${env.SCHEMA_REGISTRY_URL}/subjects/${env.TOPIC_PREFIX}balance_changed-nl.openweb.data.BalanceChanged/versions`)).json();

it.runIf(await hasCommit(earlierRevision))('an earlier handler and one of a newer schema share the work, one after the other is replaced, and back, without a command lost or doubled', async () => {
  await using earlier = await treeAt(earlierRevision);
  await using evolved = await treeOfToday();
  await evolve(evolved);
  await using bank = await openBank();
  expect(await versionsOf(bank)).toEqual([1, 2]);

  const start = (tree: Tree): Promise<Program> => bank.startHandler({ replacement: tree.commandOf('command-handler') });
  const old = [await start(earlier), await start(earlier)] as const;
  const accounts = await openAccounts(bank, 20);
  await using producer = await Producer.connect(bank.connection, ['confirm_money_transfer']);
  const random = xoroshiro128plus(Date.now());
  let sent = 0;
  const transfer = async (): Promise<void> => {
    await producer.send(randomTransfers(accounts, 1_000, random));
    sent += 1_000;
  };

  // Schemas first: whoever reads must be able to, before anybody writes.
  await transfer();
  const { output } = await runProgram('synchronizer', { env: bank.env, replacement: evolved.commandOf('synchronizer') });
  expect(output).toMatch(/done\n$/);
  expect(await versionsOf(bank)).toEqual([1, 2, 3]);

  await old[0][Symbol.asyncDispose]();
  const newer = await start(evolved);
  for (let round = 0; (await settledBy(newer)) === 0 || round < 3; round += 1) {
    await transfer();
    await untilDone(bank);
  }
  expect(await settledBy(old[1])).toBeGreaterThan(0);
  await old[1][Symbol.asyncDispose]();
  await transfer();
  await untilDone(bank);
  // And back, as after an upgrade that one regrets.
  const again = await start(earlier);
  await newer[Symbol.asyncDispose]();
  await transfer();
  await untilDone(bank);
  await again[Symbol.asyncDispose]();
  expect(await audit(bank)).toMatchObject({ findings: [], waiting: 0, buried: 0, ids: accounts.length + sent });
}, 180_000);
