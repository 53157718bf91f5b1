import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it, vi } from 'vitest';
import { openAccounts } from '../bank/accounts.ts';
import { openBank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { drain } from '../drain/drain.ts';
import { countEvents } from './events.ts';
import { rebuild, serve } from './rebuild.ts';
import { areEqual } from './report.ts';

it('the command and endpoints on empty databases come to the same rows', async () => {
  await using bank = await openBank();
  const opening = await bank.startHandler();
  const accounts = await openAccounts(bank, 10);
  await opening[Symbol.asyncDispose]();
  const { confirmed } = await drain(bank, randomTransfers(accounts, 200, xoroshiro128plus(1)), { servers: [], handler: {} });
  const events = await countEvents(bank);
  expect(events).toBe(10 + 200 + 2 * confirmed);
  const options = { events, meters: [], databaseUrl: await bank.createDatabase() };
  const served = await serve(bank, options);
  // Who could not take leave of the group in time is a member until its session ends: a rebuild is refused until then.
  const rebuildWhenAlone = (databaseUrl: string) => vi.waitFor(() => rebuild(bank, { ...options, databaseUrl }), { timeout: 60_000 });
  const rebuilds = [await rebuildWhenAlone(options.databaseUrl), await rebuildWhenAlone(await bank.createDatabase())];
  expect(served.checksum).toMatch(/^[\da-f]{64}$/);
  expect(rebuilds.map(({ checksum }) => checksum)).toEqual([served.checksum, served.checksum]);
  expect(areEqual(rebuilds)).toBe(true);
});
