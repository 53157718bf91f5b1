import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { startStack, synchronize, type Stack } from '@bank/stack';
import { topics } from '@bank/topology';
import { audit } from '../audit/audit.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank, temporaryCertificates, type Bank } from '../bank/bank.ts';
import { killBrokers, untilWhole } from './brokers.ts';
import { Cluster } from './cluster.ts';
import { spreadOver } from './reassign.ts';

/** A bank that began on fewer brokers: of each of its records there is one copy. */
const openSmallBank = async (stack: Stack): Promise<Bank> => {
  await stack.stop('kafka-3');
  const bank = await openBank({ stack });
  await stack.start('kafka-3');
  return bank;
};

it('a secured bank that was given a third broker loses and doubles nothing when one is killed, goes on without it, and takes it back', async () => {
  await using resources = new AsyncDisposableStack();
  await using stack = await startStack({ brokers: 3, certificates: await temporaryCertificates(resources) });
  await using bank = await openSmallBank(stack);
  // In one group, so that each has some of the partitions: clients that hand them out alike.
  const handlers = await Promise.all(['kafkajs', 'platformatic'].map(client => bank.startHandler({ env: { KAFKA_CLIENT: client } })));
  const accounts = await openAccounts(bank, 20);
  const random = xoroshiro128plus(Date.now());
  await using cluster = await Cluster.connect(bank.connection);
  expect(await cluster.leastInSync(['balance_changed'])).toBe(1);
  const coordinator = await cluster.coordinatorOf('command-handler');
  const ledByCoordinator = (): Promise<number> => cluster.ledBy(coordinator, 'confirm_money_transfer');
  // The broker that was added may coordinate already, but leads nothing: then what others had is moved to it. All of it has to be there before
  // the next move: a copy that is being taken from a broker, and is to be there again, Kafka may leave behind for minutes.
  if ((await ledByCoordinator()) === 0) {
    await spreadOver(bank.connection, ['confirm_money_transfer'], [coordinator]);
    await expect.poll(ledByCoordinator, { timeout: 30_000 }).toBe(topics.confirm_money_transfer.partitions);
  }
  expect(await ledByCoordinator()).toBeGreaterThan(0);
  await spreadOver(bank.connection, Object.keys(topics), [1, 2, 3]);
  await untilWhole(cluster);
  // Now that there are three copies, two have to be written.
  await synchronize(bank.env);

  const { kills, sent } = await killBrokers(stack, bank, { accounts, random, perSecond: 200, victims: [coordinator], answersWithout: 200 });
  expect(kills).toEqual([expect.objectContaining({ coordinated: true, underReplicated: 10 })]);
  expect(kills[0]?.led).toBeGreaterThan(0);
  await untilDone(bank);
  for (const handler of handlers) await handler[Symbol.asyncDispose]();
  expect(await audit(bank)).toMatchObject({ findings: [], waiting: 0, buried: 0, ids: accounts.length + sent });
}, 240_000);
