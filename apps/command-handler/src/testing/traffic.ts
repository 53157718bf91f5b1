/** Work for a handler: accounts, thousands of transfers between them, and when all of it is done. */
import { expect } from 'vitest';
import { committedOffsets, Producer, type Outgoing } from '@bank/messaging';
import { company } from '@bank/topology';
import { commandTopics, type CommandTopic } from '../ledger/command.ts';
import { Customer, deposit, newId, transfer, type Opened } from './customer.ts';
import { connectionTo, endsOf } from './evidence.ts';

type Env = Readonly<Record<string, string>>;

/** Opens accounts; a handler must be running. */
export const openAccounts = async (env: Env, count: number): Promise<readonly Opened[]> => {
  await using customer = await Customer.connect(env);
  const accounts: Opened[] = [];
  while (accounts.length < count) accounts.push(await customer.open());
  return accounts;
};

/** So many commands among some accounts: every account takes part in each few dozen, and some are refused. */
export const trafficAmong = (accounts: readonly Opened[], count: number): readonly Outgoing<CommandTopic>[] =>
  Array.from({ length: count }, (_, at) => {
    const from = accounts[at % accounts.length];
    const to = accounts[(at * 7 + 1) % accounts.length];
    if (!from || !to) throw new Error('there is no account');
    const amount = BigInt((at % 97) + 1) * 100n;
    if (at % 10 === 0) return deposit(newId(), to.iban, amount);
    const fields = { token: from.token, amount, from: from.iban, to: to.iban, description: `number ${at}` };
    if (at % 10 === 1) return transfer(newId(), { ...fields, token: company.token, from: company.iban });
    if (at % 10 === 2) return transfer(newId(), { ...fields, to: 'a shop' });
    return transfer(newId(), at % 50 === 3 ? { ...fields, token: 'wrong' } : fields);
  });

/** Something to send commands with; it has looked up their schemas already. */
export const connectSender = (env: Env): Promise<Producer<CommandTopic>> => Producer.connect(connectionTo(env), commandTopics);

/** Waits until the group has committed every command: each is settled then, and its outcome published. */
export const drained = async (env: Env): Promise<void> => {
  const connection = connectionTo(env);
  const ends = await endsOf(connection, commandTopics);
  const committed = async (): Promise<Map<string, bigint>> =>
    new Map((await committedOffsets(connection, 'command-handler', commandTopics)).map(({ topic, partition, offset }) => [`${topic}/${partition}`, offset]));
  await expect.poll(committed, { timeout: 60_000, interval: 200 }).toEqual(ends);
};
