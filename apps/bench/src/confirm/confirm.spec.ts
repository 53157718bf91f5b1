import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { openBank } from '../bank/bank.ts';
import { Client } from '../bank/client.ts';
import { startEndpoint } from '../bank/endpoint.ts';
import { confirm } from './confirm.ts';
import { readTimes } from './feedback.ts';

it('a client’s mutations are confirmed one after the other, and the bank tells when it did what for each', async () => {
  await using bank = await openBank();
  await using programs = new AsyncDisposableStack();
  programs.use(await bank.startHandler());
  const client = new Client(programs.use(await startEndpoint(bank, { databaseUrl: await bank.createDatabase() })).url);
  await client.openAccount();
  const mutations = await confirm(client, 2, xoroshiro128plus(1));
  expect(mutations.map(({ kind }) => kind)).toEqual(['deposit', 'transfer', 'deposit', 'transfer']);
  const times = await readTimes(bank);
  expect(times).toHaveLength(4);
  for (const [at, { commandMs, settledMs, feedbackMs }] of times.entries()) {
    const { askedMs = 0, answeredMs = 0 } = mutations[at] ?? {};
    const inOrder = [Math.floor(askedMs), commandMs, settledMs, feedbackMs, Math.ceil(answeredMs)];
    expect(inOrder).toEqual(inOrder.toSorted((one, other) => one - other));
  }
});
