/** A transfer or deposit as it was asked for, and the id under which it goes to the bank. Pure. */
import { createHash } from 'node:crypto';
import { bytesOf, cash, commandIdOf, formatCents, hasControlCharacter, lengthOf, limits, type Cents, type CommandId, type Iban } from '@bank/topology';
import type { UserId } from '../identity/viewer.ts';
import { refused, refusedByBank, type Refused } from '../outcome.ts';

/** What a command says: sent again under the same id, it must say the same. */
export type CommandContent = { readonly from: string; readonly to: string; readonly amount: Cents; readonly description: string };

/** A command of a user, about the user's account. */
export type Command = CommandContent & { readonly id: CommandId; readonly userId: UserId };

/**
 * The id on Kafka of a command to which a user gave an id: the first 16 bytes of a SHA-256 over both. Another user's same id is another
 * command, so nobody can take an id away from somebody else or learn whether it was used.
 */
export const commandIdFor = (userId: UserId, clientsId: CommandId): CommandId => {
  const digest = createHash('sha256').update(userId).update('/').update(bytesOf(clientsId)).digest();
  return commandIdOf(digest.subarray(0, 16));
};

/** A text that names a command in a log without giving away an id that is as good as a token. */
export const hashedId = (id: CommandId): string => createHash('sha256').update(bytesOf(id)).digest('hex').slice(0, 16);

export const depositOf = ({ to, amount }: { readonly to: Iban; readonly amount: Cents }): CommandContent => ({
  from: cash,
  to,
  amount,
  description: 'deposit',
});

/** Whether a command takes money from an account, and so needs its token, or brings cash. */
export const isDeposit = ({ from }: CommandContent): boolean => from === cash;

/** Why the bank would refuse the texts of a transfer, in its own words: those are not worth storing. Undefined when it might not. */
export const objectionToTexts = ({ to, description }: { readonly to: string; readonly description: string }): Refused | undefined => {
  if (hasControlCharacter(to) || hasControlCharacter(description)) return refusedByBank('text is invalid');
  if (lengthOf(description) > limits.descriptionLength) return refusedByBank('description is too long');
  if (lengthOf(to) > limits.partyLength) return refusedByBank('to is invalid');
  return undefined;
};

/** Why an amount cannot be asked for; undefined when it can. */
export const objectionToAmount = (amount: Cents, kind: 'deposit' | 'transfer'): Refused | undefined => {
  if (amount > 0n && amount <= limits[kind]) return undefined;
  return refused('AMOUNT_OUT_OF_RANGE', `a ${kind} is more than ${formatCents(0n)} and at most ${formatCents(limits[kind])}`);
};
