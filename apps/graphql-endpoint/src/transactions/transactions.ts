/** Accounts and their transactions as they are read: by cursor, never beyond the newest before which none is missing. */
import type { Pool } from 'pg';
import { arrayLiteral } from '@bank/service/database';
import { company, type Cents, type CommandId, type Iban } from '@bank/topology';
import { beforeAll, type Frontier, type Ordinal, type Place } from './cursor.ts';

export type Account = {
  readonly iban: Iban;
  readonly balance: Cents;
  /** Null before the first transaction. */
  readonly changedAt: Date | null;
};

export type Transaction = {
  readonly iban: Iban;
  readonly ordinal: Ordinal;
  readonly changedBy: Cents;
  readonly newBalance: Cents;
  readonly fromTo: string;
  readonly description: string;
  readonly changedAt: Date;
  readonly transferId: CommandId | null;
  /** Where it stands among those of all accounts. */
  readonly place: Place;
};

/** Which transactions of an account are asked for. */
export type Wanted = {
  readonly direction: 'IN' | 'OUT' | 'ALL';
  /** In cents, of the absolute value; null for any. */
  readonly minAmount: Cents | null;
  /** A part of the other party or of the description, in any case; empty for any. */
  readonly search: string;
};

export type Page = { readonly transactions: readonly Transaction[]; readonly hasMore: boolean };

/** The columns of a `TransactionRow`. */
export const transactionColumns = `transactions.iban, transactions.ordinal, changed_by as "changedBy", new_balance as "newBalance",
  from_to as "fromTo", description, transactions.changed_at as "changedAt", transfer_id as "transferId",
  kafka_partition as partition, shown_offset as "shownOffset"`;

export type TransactionRow = Omit<Transaction, 'place'> & { readonly partition: number; readonly shownOffset: bigint };

export const transactionOf = ({ partition, shownOffset, ...row }: TransactionRow): Transaction => ({
  ...row,
  place: { partition, offset: shownOffset, ordinal: row.ordinal },
});

/** A pattern of `like` for texts that hold this one. */
export const holding = (text: string): string => `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;

export class Transactions {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** An account; undefined when it is not known here. */
  async account(iban: Iban): Promise<Account | undefined> {
    const { rows } = await this.#pool.query<Account>('select iban, balance, changed_at as "changedAt" from accounts where iban = $1', [iban]);
    return rows[0];
  }

  /** The company's account, which is there before any transaction. */
  async company(): Promise<Account> {
    return (await this.account(company.iban)) ?? { iban: company.iban, balance: company.openingBalance, changedAt: null };
  }

  /** One transaction, by its place in its account; undefined when there is none. */
  async one(iban: Iban, ordinal: Ordinal): Promise<Transaction | undefined> {
    const { rows } = await this.#pool.query<TransactionRow>(
      `select ${transactionColumns} from transactions join accounts using (iban)
       where iban = $1 and transactions.ordinal = $2 and transactions.ordinal <= accounts.ordinal`,
      [iban, ordinal],
    );
    return rows.map(transactionOf)[0];
  }

  /** Transactions of one account, newest first: the first so many that are older than a place, or the newest. */
  async older(
    iban: Iban,
    { first, than, wanted }: { readonly first: number; readonly than: Ordinal | undefined; readonly wanted: Wanted },
  ): Promise<Page> {
    const { rows } = await this.#pool.query<TransactionRow>(
      `select ${transactionColumns} from transactions join accounts using (iban)
       where iban = $1 and transactions.ordinal <= accounts.ordinal and ($2::bigint is null or transactions.ordinal < $2)
         and ($4 = 'ALL' or (changed_by > 0) = ($4 = 'IN'))
         and ($5::bigint is null or abs(changed_by::numeric) >= $5)
         and ($6 = '%%' or from_to ilike $6 or description ilike $6)
       order by transactions.ordinal desc limit $3`,
      [iban, than, first + 1, wanted.direction, wanted.minAmount, holding(wanted.search)],
    );
    return { transactions: rows.slice(0, first).map(transactionOf), hasMore: rows.length > first };
  }

  /** Transactions of one account, oldest first, that are newer than a place. */
  async newer(iban: Iban, { first, than }: { readonly first: number; readonly than: Ordinal }): Promise<readonly Transaction[]> {
    const { rows } = await this.#pool.query<TransactionRow>(
      `select ${transactionColumns} from transactions join accounts using (iban)
       where iban = $1 and transactions.ordinal <= accounts.ordinal and transactions.ordinal > $2
       order by transactions.ordinal limit $3`,
      [iban, than, first],
    );
    return rows.map(transactionOf);
  }

  /** The place of the newest transaction of an account. */
  async end(iban: Iban): Promise<Ordinal> {
    const { rows } = await this.#pool.query<{ readonly ordinal: Ordinal }>('select ordinal from accounts where iban = $1', [iban]);
    return rows[0]?.ordinal ?? beforeAll;
  }

  /** Transactions of all accounts that are beyond a frontier, at most so many of each partition, in the order in which they are seen there. */
  async beyond(frontier: Frontier, { ofEach }: { readonly ofEach: number }): Promise<readonly Transaction[]> {
    const { rows } = await this.#pool.query<TransactionRow>({
      name: 'beyond',
      text: `select found.* from unnest($1::integer[], $2::bigint[], $3::bigint[]) as last (partition, shown_offset, ordinal)
       cross join lateral (
         select ${transactionColumns} from transactions join accounts using (iban)
         where kafka_partition = last.partition and (shown_offset, transactions.ordinal) > (last.shown_offset, last.ordinal)
           and transactions.ordinal <= accounts.ordinal
         order by shown_offset, transactions.ordinal limit $4) as found`,
      values: [
        arrayLiteral(frontier.map(({ partition }) => partition)),
        arrayLiteral(frontier.map(({ offset }) => offset)),
        arrayLiteral(frontier.map(({ ordinal }) => ordinal)),
        ofEach,
      ],
    });
    return rows.map(transactionOf);
  }

  /** The frontier beyond which there is nothing yet, moved on from one that is known. */
  async frontier(from: Frontier): Promise<Frontier> {
    const { rows } = await this.#pool.query<Place>(
      `select newest.* from unnest($1::integer[]) as known (partition)
       cross join lateral (
         select kafka_partition as partition, shown_offset as offset, ordinal from transactions
         where kafka_partition = known.partition order by shown_offset desc, ordinal desc limit 1) as newest`,
      [from.map(({ partition }) => partition)],
    );
    return from.map(place => rows.find(({ partition }) => partition === place.partition) ?? place);
  }
}
