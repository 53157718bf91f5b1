import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { audit } from '../audit/audit.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank } from '../bank/bank.ts';
import { load } from './load.ts';
import { Mix } from './mix.ts';

it('keeps every cent, and one outcome for each id, while one handler joins and another leaves', async () => {
  await using bank = await openBank();
  const [leaving, staying] = await Promise.all([bank.startHandler(), bank.startHandler()]);
  const mix = new Mix(await openAccounts(bank, 20), xoroshiro128plus(Date.now()));
  let isChanged = false;
  const loading = load(bank, { producers: 8, atOnce: 20, next: () => mix.next(), isEnough: sent => sent >= 5_000 && isChanged });
  const joining = await bank.startHandler();
  leaving.kill('SIGTERM');
  expect(await leaving.exited).toEqual({ code: 0, signal: null });
  isChanged = true;
  const sent = await loading;
  await untilDone(bank);
  for (const handler of [joining, staying]) await handler[Symbol.asyncDispose]();

  const { findings, waiting, ids, conflicts, refused } = await audit(bank);
  expect({ findings, waiting }).toEqual({ findings: [], waiting: 0 });
  // Among the many there were some of each kind.
  expect(ids).toBeLessThan(sent);
  expect(conflicts).toBeGreaterThan(0);
  expect(refused['insufficient funds']).toBeGreaterThan(0);
});
