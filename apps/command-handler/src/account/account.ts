/** An account, and how a change makes the next state of it. */
import { cents, type Cents, type Iban, type Token } from '@bank/topology';

export type Account = {
  readonly iban: Iban;
  readonly token: Token;
  readonly balance: Cents;
  /** How many changes the account has seen. */
  readonly version: bigint;
};

/** What one transfer did to one account: a debit is negative. */
export type Change = { readonly changedBy: Cents; readonly newBalance: Cents; readonly version: bigint };

/** The change of an account by an amount that was found to fit. */
export const changeOf = (account: Account, changedBy: bigint): Change => ({
  changedBy: cents(changedBy),
  newBalance: cents(account.balance + changedBy),
  version: account.version + 1n,
});

/** The account after a change. */
export const evolve = (account: Account, { newBalance, version }: Change): Account => ({ ...account, balance: newBalance, version });
