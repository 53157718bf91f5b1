/** The accounts of a batch, as the commands that were decided so far have left them. */
import { timingSafeEqual } from 'node:crypto';
import { cents } from '@bank/topology';
import { evolve, type Account, type Change } from '../account/account.ts';
import { decideTransfer, type Bank, type Transfer } from '../account/transfer.ts';
import type { Outcome } from './entry.ts';

export class Accounts {
  readonly #accounts: Map<string, Account>;
  readonly #changed = new Map<string, Account>();
  readonly #bank: Bank;

  /** @param accounts as they are in the database, by IBAN; the map is this object's from now on */
  constructor(accounts: Map<string, Account>) {
    this.#accounts = accounts;
    this.#bank = { accountOf: party => accounts.get(party), isSameToken };
  }

  /** Decides a transfer, and moves its money when it is confirmed. */
  move(transfer: Transfer): Outcome {
    const outcome = decideTransfer(transfer, this.#bank);
    if (outcome.type === 'refused') return outcome;
    const { from, to, amount, description } = transfer;
    const { debit, credit } = outcome;
    if (debit) this.#change(from, debit);
    if (credit) this.#change(to, credit);
    return { type: 'money moved', from, to, amount: cents(amount), description, debit, credit };
  }

  /** The accounts that are not as they were in the database. */
  get changed(): readonly Account[] {
    return [...this.#changed.values()];
  }

  #change(iban: string, change: Change): void {
    const account = this.#accounts.get(iban);
    if (!account) throw new Error('a change was decided for an account that is not locked');
    const next = evolve(account, change);
    this.#accounts.set(iban, next);
    this.#changed.set(iban, next);
  }
}

const isSameToken = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
