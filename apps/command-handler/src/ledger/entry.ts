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
  readonly content: string;
  /** The first place where the command stood. */
  readonly position: CommandPosition;
  readonly settledAt: Date;
  readonly outcome: Outcome;
};

/**
 * How a command was settled. `again`: its id was known and its content the same; `redelivered`: that, and it stood at the same position,
 * so its events may never have been sent; `conflicting`: its id was known with other content.
 */
export type Settled = { readonly command: Command; readonly entry: Entry; readonly as: 'new' | 'redelivered' | 'again' | 'conflicting' };

/** Settles a command whose id the ledger knows already. */
export const settleKnown = (command: Command, known: Entry, now: Date): Settled => {
  if (known.content !== command.content) {
    const outcome = { type: 'refused', reason: 'id was used for another command' } as const;
    return { command, entry: { ...command, settledAt: now, outcome }, as: 'conflicting' };
  }
  return { command, entry: known, as: isSamePosition(command.position, known.position) ? 'redelivered' : 'again' };
};

export const isSamePosition = (a: CommandPosition, b: CommandPosition): boolean =>
  a.topic === b.topic && a.partition === b.partition && a.offset === b.offset;
