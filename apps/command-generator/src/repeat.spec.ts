import { randomUUID } from 'node:crypto';
import { connectionOf, messagingVariables, Producer } from '@bank/messaging';
import { createSuite, startProgram, synchronize } from '@bank/stack';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { accountId, transferId } from './command/ids.ts';
import type { Run } from './command/run.ts';
import { creationBeatOf, creationBeats, opensAccount } from './mix/beats.ts';
import { Bank } from './testing/bank.ts';

/** Up to where heartbeats are sent at a time: behind each that opens an account, for none may draw on it before it is known. */
const pieces = [20, 201, 420];
const beats = 420;

type Sent = { readonly openings: readonly (number | undefined)[]; readonly transfers: readonly object[]; readonly ids: ReadonlySet<string> };

/** All that a run sends on topics that nobody has used, with accounts named by their ordinals. */
const sentBy = async (seed: string): Promise<Sent> => {
  const run: Run = { id: randomUUID(), seed };
  await using suite = await createSuite();
  await synchronize(suite.env);
  const connection = connectionOf('repeat-spec', z.object(messagingVariables).parse(suite.env));
  await using heartbeat = await Producer.connect(connection, ['heartbeat']);
  await using bank = await Bank.connect(connection);
  await using programs = new AsyncDisposableStack();
  programs.use(await startProgram('command-generator', { env: { ...suite.env, RUN_ID: run.id, SEED: seed } }));
  const beat = (from: number, to: number): Promise<void> =>
    heartbeat.send(
      Array.from({ length: to - from }, (_, at) => ({ topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: BigInt(from + at) } } })),
    );
  let from = 0;
  for (const to of pieces) {
    await beat(from, to);
    // A transfer for each heartbeat that opens no account, and a first salary for each that does.
    await bank.until(({ transfers }) => transfers.size === to);
    from = to;
  }

  const opened = [...creationBeats(0, beats)].length;
  const ordinals = new Map<string, number>(Array.from({ length: opened }, (_, ordinal) => [accountId(run, creationBeatOf(ordinal)), ordinal]));
  const nameOf = new Map<string, string>([...bank.accounts].map(([id, { iban }]) => [iban, `account ${String(ordinals.get(id))}`]));
  const transfers = Array.from({ length: beats }, (_, number) => number).filter(number => !opensAccount(number)).map(number => {
    const transfer = bank.transfers.get(transferId(run, BigInt(number)));
    if (!transfer) throw new Error(`heartbeat ${number} made no transfer`);
    const { from, to, amount, description } = transfer;
    return { from: nameOf.get(from) ?? from, to: nameOf.get(to) ?? to, amount, description };
  });
  return { openings: bank.openings.map(id => ordinals.get(id)), transfers, ids: new Set([...bank.openings, ...bank.transfers.keys()]) };
};

it('a run repeated with the same seed sends the same kinds, amounts, shops and account ordinals, under ids of its own; another seed does not', async () => {
  const first = await sentBy('a seed');
  const second = await sentBy('a seed');
  expect(second.transfers).toEqual(first.transfers);
  expect(second.openings).toEqual(first.openings);
  expect([...first.ids].filter(id => second.ids.has(id))).toEqual([]);

  const other = await sentBy('another seed');
  expect(other.openings).toEqual(first.openings);
  expect(other.transfers).not.toEqual(first.transfers);
});
