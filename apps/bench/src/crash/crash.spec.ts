import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedClients } from '@bank/messaging';
import { openAccounts } from '../bank/accounts.ts';
import { openBank, type Bank } from '../bank/bank.ts';
import type { Account } from '../bank/commands.ts';
import { crash } from './crash.ts';
import { anyMoment, points } from './points.ts';

describe.each(installedClients())('a bank whose handlers, with %s, are killed', client => {
  const random = xoroshiro128plus(Date.now());
  let bank: Bank;
  let accounts: readonly Account[];

  beforeAll(async () => {
    bank = await openBank({ client });
    const opening = await bank.startHandler();
    accounts = await openAccounts(bank, 20);
    await opening[Symbol.asyncDispose]();
  });
  afterAll(async () => bank[Symbol.asyncDispose]());

  it('loses nothing and applies nothing twice, whatever the step they are killed at', async () => {
    // Once with the others: what is killed is our code, and that is the same.
    const at = [...points, ...(client === 'kafkajs' ? points : []), anyMoment];
    const { kills, audit } = await crash(bank, { accounts, at, random });
    expect(kills).toHaveLength(at.length);
    expect({ kills, findings: audit.findings }).toEqual({ kills, findings: [] });
    expect(audit).toMatchObject({ waiting: 0, buried: 0 });
    expect(audit.repeated.events).toBeGreaterThan(0);
  }, 600_000);
});
