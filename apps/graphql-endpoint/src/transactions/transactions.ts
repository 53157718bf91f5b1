/** Accounts and their transactions as they are read: by cursor, never beyond the newest before which none is missing. */
import type { Pool } from 'pg';
import { company, type Cents, type Iban } from '@bank/topology';
import { beforeAll, type Ordinal } from './cursor.ts';

export type Account = { readonly iban: Iban; readonly balance: Cents };

export type Transaction = {
  readonly iban: Iban;
  readonly ordinal: Ordinal;
  readonly changedBy: Cents;
  readonly newBalance: Cents;
  readonly fromTo: string;
  readonly description: string;
  readonly changedAt: Date;
};

export type Page = { readonly transactions: readonly Transaction[]; readonly hasMore: boolean };

const columns = `transactions.iban, transactions.ordinal, changed_by as "changedBy", new_balance as "newBalance", from_to as "fromTo",
  description, changed_at as "changedAt"`;

export class Transactions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** An account: one that had a transaction, a user's or the company's. Undefined when it is not known here. */
  async account(iban: Iban): Promise<Account | undefined> {
    const { rows } = await this.#pool.query<Account>(
      `select iban, balance from accounts where iban = $1
       union all
       select iban, 0 from users where iban = $1 and not exists (select from accounts where iban = $1)`,
      [iban],
    );
    return rows[0];
  }

  /** The company's account, which is there before any transaction. */
  async company(): Promise<Account> {
    return (await this.account(company.iban)) ?? { iban: company.iban, balance: company.openingBalance };
  }

  /** Transactions of one account, newest first: the first so many that are older than a place, or the newest. */
  async older(iban: Iban, { first, than }: { readonly first: number; readonly than: Ordinal | undefined }): Promise<Page> {
    const { rows } = await this.#pool.query<Transaction>(
      `select ${columns} from transactions join accounts using (iban)
       where iban = $1 and transactions.ordinal <= accounts.ordinal and ($2::bigint is null or transactions.ordinal < $2)
       order by transactions.ordinal desc limit $3`,
      [iban, than, first + 1],
    );
    return { transactions: rows.slice(0, first), hasMore: rows.length > first };
  }

  /** Transactions of one account, oldest first, that are newer than a place. */
  async newer(iban: Iban, { first, than }: { readonly first: number; readonly than: Ordinal }): Promise<readonly Transaction[]> {
    const { rows } = await this.#pool.query<Transaction>(
      `select ${columns} from transactions join accounts using (iban)
       where iban = $1 and transactions.ordinal <= accounts.ordinal and transactions.ordinal > $2
       order by transactions.ordinal limit $3`,
      [iban, than, first],
    );
    return rows;
  }

  /** The place of the newest transaction of an account. */
  async end(iban: Iban): Promise<Ordinal> {
    const { rows } = await this.#pool.query<{ readonly ordinal: Ordinal }>('select ordinal from accounts where iban = $1', [iban]);
    return rows[0]?.ordinal ?? beforeAll;
  }
}
