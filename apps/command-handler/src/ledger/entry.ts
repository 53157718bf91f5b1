/** An entry of the ledger: a settled command with its outcome, enough to send its feedback and events again, byte for byte. */
import type { AccountType, Cents, CommandId, Iban, Reason, Token } from '@bank/topology';
import type { Change } from '../account/account.ts';
import type { Command, CommandPosition } from './command.ts';

export type Outcome =
  | { readonly type: 'account opened'; readonly iban: Iban; readonly token: Token; readonly accountType: AccountType }
  | {
      readonly type: 'money moved';
      readonly from: string;
      readonly to: string;
      readonly amount: Cents;
      readonly description: string;
      readonly debit: Change | undefined;
      readonly credit: Change | undefined;
    }
  | { readonly type: 'refused'; readonly reason: Reason };

export type Entry = {
  readonly id: CommandId;
  readonly content: Buffer;
  /** The first place where the command stood. */
  readonly position: CommandPosition;
  readonly settledAt: Date;
  readonly outcome: Outcome;
};

/** A command with its answer, and whether its events are to be sent as well. */
export type Settled = { readonly entry: Entry; readonly withEvents: boolean };

/** The answer to a command whose id the ledger knows already. */
export const answerAgain = (command: Command, known: Entry, now: Date): Settled => {
  if (!known.content.equals(command.content)) {
    const outcome = { type: 'refused', reason: 'id was used for another command' } as const;
    return { entry: { ...command, settledAt: now, outcome }, withEvents: false };
  }
  // The same position again is a redelivery, whose events may never have been sent; another position is a client that asks again.
  return { entry: known, withEvents: isSamePosition(command.position, known.position) };
};

const isSamePosition = (a: CommandPosition, b: CommandPosition): boolean =>
  a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
