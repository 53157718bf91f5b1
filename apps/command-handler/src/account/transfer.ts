/** The rules of a transfer. Pure: what it needs comes in, what it decides goes out. */
import {
  cash, hasControlCharacter, isOwnIban, lengthOf, limits, maxCents, startsLikeOwnIban, type Reason, type ValueOn,
} from '@bank/topology';
import { changeOf, type Account, type Change } from './account.ts';

export type Transfer = ValueOn<'confirm_money_transfer', 'ConfirmMoneyTransfer'>;

/** Debit and credit stand apart, each of one account: where the other party is not of this bank there is only one. */
export type TransferOutcome =
  | { readonly type: 'confirmed'; readonly debit: Change | undefined; readonly credit: Change | undefined }
  | { readonly type: 'refused'; readonly reason: Reason };

/** What the rules need to know beyond the command. */
export type Bank = {
  readonly accountOf: (party: string) => Account | undefined;
  /** Compares secrets in constant time. */
  readonly isSameToken: (a: string, b: string) => boolean;
};

/** Decides a transfer. The order of the checks is the contract: the first that fails gives the reason. */
export const decideTransfer = (transfer: Transfer, bank: Bank): TransferOutcome => {
  const debtor = bank.accountOf(transfer.from);
  const creditor = bank.accountOf(transfer.to);
  const reason = malformed(transfer) ?? unknownParty(transfer, debtor, creditor) ?? unpayable(transfer, debtor, creditor, bank);
  if (reason) return { type: 'refused', reason };
  return {
    type: 'confirmed',
    debit: debtor && changeOf(debtor, -transfer.amount),
    credit: creditor && changeOf(creditor, transfer.amount),
  };
};

/** What the command alone tells. */
const malformed = ({ token, amount, from, to, description }: Transfer): Reason | undefined => {
  if (hasControlCharacter(token) || hasControlCharacter(from) || hasControlCharacter(to) || hasControlCharacter(description)) return 'text is invalid';
  if (isLongerThan(limits.descriptionLength, description)) return 'description is too long';
  if (amount <= 0n) return 'amount must be positive';
  if (from !== cash && !isOwnIban(from)) return 'from is invalid';
  if (to === '' || isLongerThan(limits.partyLength, to) || (startsLikeOwnIban(to) && !isOwnIban(to))) return 'to is invalid';
  if (from === to) return "from and to can't be same for transfer";
  return undefined;
};

/** Code points are never more than the UTF-16 units of a text, which need no counting. */
const isLongerThan = (most: number, text: string): boolean => text.length > most && lengthOf(text) > most;

const unknownParty = ({ from, to }: Transfer, debtor: Account | undefined, creditor: Account | undefined): Reason | undefined => {
  if (from !== cash && !debtor) return 'from is not known at this bank';
  if (!creditor && isOwnIban(to)) return 'to is not known at this bank';
  return undefined;
};

const unpayable = ({ token, amount }: Transfer, debtor: Account | undefined, creditor: Account | undefined, bank: Bank): Reason | undefined => {
  if (debtor && !bank.isSameToken(debtor.token, token)) return 'invalid token';
  if (debtor && debtor.balance - amount < limits.overdraft) return 'insufficient funds';
  if (!debtor && !creditor) return 'both to and from not known at this bank';
  if (creditor && creditor.balance > maxCents - amount) return 'amount is too large';
  return undefined;
};
