import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Program } from '@bank/stack';
import { openAccounts } from '../bank/accounts.ts';
import { openBank, type Bank } from '../bank/bank.ts';
import { Client } from '../bank/client.ts';
import type { Account } from '../bank/commands.ts';
import { employee, startEndpoint } from '../bank/endpoint.ts';
import { Flood } from './flood.ts';
import { changesOf, measure } from './live.ts';
import { Subscribers } from './subscribers.ts';

describe('subscribers of an endpoint', () => {
  const resources = new AsyncDisposableStack();
  let bank: Bank;
  let endpoint: Program;
  let accounts: readonly Account[];
  let cookie: string;

  beforeAll(async () => {
    bank = resources.use(await openBank());
    resources.use(await bank.startHandler());
    accounts = await openAccounts(bank, 10);
    endpoint = resources.use(await startEndpoint(bank, { databaseUrl: await bank.createDatabase() }));
    // Once for all: after a flood of wrong passwords the endpoint lets nobody in under this name for a while.
    const client = new Client(endpoint.url);
    await client.logIn(employee);
    cookie = client.cookie ?? '';
  });
  afterAll(() => resources.disposeAsync());

  const subscribe = (): Promise<Subscribers> => Subscribers.open({ url: endpoint.url, cookie, ibans: accounts.map(({ iban }) => iban) });

  it('are given every change of their accounts once, those before they came as well, while others log in', async () => {
    const load = { accounts, random: xoroshiro128plus(1), perSecond: 50, seconds: 1, warmUpSeconds: 1 };
    await using early = await subscribe();
    const flood = new Flood(endpoint.url, 3);
    const first = await measure(bank, early, load);
    expect(first).toMatchObject({ delivered: changesOf(load) / 2, faults: { lost: 0, duplicates: 0, wrong: 0 } });
    expect(first.fromDueMs.min).toBeGreaterThan(0);
    await using late = await subscribe();
    expect(await measure(bank, late, load)).toMatchObject({ faults: { lost: 0, duplicates: 0, wrong: 0 } });
    expect(Object.keys(await flood.stop())).toEqual(expect.arrayContaining(['LoggedIn', 'WRONG_CREDENTIALS']));
  });

  it('that are cut off end the measurement', async () => {
    await using subscribers = await subscribe();
    await endpoint[Symbol.asyncDispose]();
    await expect(subscribers.reportWhen(() => false, 60_000)).rejects.toThrow(/a subscription ended: NL\d\dOPEN\d{10}: closed with 1001/);
  });
});
