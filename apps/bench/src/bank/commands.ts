/** Commands to load a bank with. */
import { randomUUID } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Outgoing } from '@bank/messaging';
import { bytesOf, parseCommandId, type CommandId } from '@bank/topology';

export type CommandTopic = 'confirm_account_creation' | 'confirm_money_transfer';
export type Command = Outgoing<CommandTopic>;
export type Transfer = Outgoing<'confirm_money_transfer'>;
export type Account = { readonly iban: string; readonly token: string };

export const newId = (): CommandId => {
  const id = parseCommandId(randomUUID());
  if (!id) throw new Error('randomUUID made no UUID');
  return id;
};

export const creation = (id: CommandId): Outgoing<'confirm_account_creation'> =>
  ({ topic: 'confirm_account_creation', key: id, record: { type: 'ConfirmAccountCreation', value: { id: bytesOf(id), a_type: 'AUTO' } } });

export type TransferOptions = { readonly from: Account; readonly to: string; readonly amount: bigint; readonly description?: string };

/** A transfer from an account of the bank. */
export const transfer = (id: CommandId, { from, to, amount, description = 'bench' }: TransferOptions): Transfer => ({
  topic: 'confirm_money_transfer',
  key: id,
  record: { type: 'ConfirmMoneyTransfer', value: { id: bytesOf(id), token: from.token, amount, from: from.iban, to, description } },
});

/**
 * Transfers of some cents between accounts drawn at random: small enough that hardly one fails for lack of money.
 *
 * @param descriptionOf gives the description of the how many-th, from 0
 */
export const randomTransfers = (
  accounts: readonly Account[], count: number, random: RandomGenerator, descriptionOf: (nth: number) => string = () => 'bench',
): readonly Transfer[] =>
  Array.from({ length: count }, (_, nth) => {
    const payer = uniformInt(random, 0, accounts.length - 1);
    const from = accounts[payer];
    const to = accounts[(payer + uniformInt(random, 1, accounts.length - 1)) % accounts.length];
    if (!from || !to) throw new RangeError(`transfers need two accounts, not ${accounts.length}`);
    return transfer(newId(), { from, to: to.iban, amount: BigInt(uniformInt(random, 1, 100)), description: descriptionOf(nth) });
  });
