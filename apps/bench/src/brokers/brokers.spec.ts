import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { clients } from '@bank/messaging';
import { startStack } from '@bank/stack';
import { audit } from '../audit/audit.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank } from '../bank/bank.ts';
import { killBrokers } from './brokers.ts';

it('a bank on three brokers loses and doubles nothing when one is killed, goes on without it, and takes it back', async () => {
  await using stack = await startStack({ brokers: 3 });
  await using bank = await openBank({ stack });
  // In one group, so that each has some of the partitions.
  const handlers = await Promise.all(clients.map(client => bank.startHandler({ env: { KAFKA_CLIENT: client } })));
  const accounts = await openAccounts(bank, 20);
  const random = xoroshiro128plus(Date.now());
  const { kills, sent } = await killBrokers(stack, bank, { accounts, random, perSecond: 200, victims: ['coordinator'], answersWithout: 200 });
  expect(kills).toEqual([expect.objectContaining({ coordinated: true, underReplicated: 10 })]);
  expect(kills[0]?.led).toBeGreaterThan(0);
  await untilDone(bank);
  for (const handler of handlers) await handler[Symbol.asyncDispose]();
  expect(await audit(bank)).toMatchObject({ findings: [], waiting: 0, buried: 0, ids: accounts.length + sent });
}, 120_000);
