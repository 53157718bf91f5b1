/** All accounts of the bank, in an order and by cursor: for those who work there. */
import type { Pool } from 'pg';
import { z } from 'zod';
import { isOwnIban, parseCents, type Iban } from '@bank/topology';
import { isStorable } from './headers.ts';
import { holding, type Account } from './transactions.ts';

export type AccountSort = 'IBAN' | 'BALANCE' | 'LAST_CHANGE';

/** An account with its place in the order that was asked for. */
export type Listed = { readonly account: Account; readonly cursor: string };

/** The key of an account that never changed, which PostgreSQL takes for a time. */
const never = '-infinity';

/**
 * What each order goes by, and whether from the greatest down. Keys are compared together with the IBAN, so that each account has its own
 * place; accounts that never changed are as if they had changed before all others.
 */
const orders = {
  IBAN: { key: 'iban', type: 'text', descending: false },
  BALANCE: { key: 'balance', type: 'bigint', descending: true },
  LAST_CHANGE: { key: `coalesce(changed_at, '${never}')`, type: 'timestamptz', descending: true },
} as const satisfies Record<AccountSort, { readonly key: string; readonly type: string; readonly descending: boolean }>;

/** The key of an account as text. */
const keyOf = {
  IBAN: ({ iban }) => iban,
  BALANCE: ({ balance }) => String(balance),
  LAST_CHANGE: ({ changedAt }) => changedAt?.toISOString() ?? never,
} as const satisfies Record<AccountSort, (account: Account) => string>;

/** Whether a text is a key as `keyOf` gives it: PostgreSQL is asked about no other. */
const isKey = {
  IBAN: key => isOwnIban(key),
  BALANCE: key => String(parseCents(key)) === key,
  LAST_CHANGE: key => key === never || (isStorable(new Date(key)) && new Date(key).toISOString() === key),
} as const satisfies Record<AccountSort, (key: string) => boolean>;

/** A cursor names the order that it belongs to, and the place: the key and the IBAN. */
const PlaceInList = z.tuple([z.enum(['IBAN', 'BALANCE', 'LAST_CHANGE']), z.string(), z.custom<Iban>(text => typeof text === 'string' && isOwnIban(text))]);

export type ListPlace = z.output<typeof PlaceInList>;

const cursorOf = (...place: ListPlace): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The cursor of an account in an order. */
export const accountCursorOf = (sort: AccountSort, account: Account): string => cursorOf(sort, keyOf[sort](account), account.iban);

/** The place that a cursor names in an order; undefined when it is none of ours, or of another order. */
export const parseAccountCursor = (cursor: string, sort: AccountSort): ListPlace | undefined => {
  const parsed = PlaceInList.safeParse(jsonIn(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) return undefined;
  const [of, key] = parsed.data;
  return of === sort && isKey[of](key) && cursorOf(...parsed.data) === cursor ? parsed.data : undefined;
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export class Accounts {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The first so many accounts behind a place, whose IBAN holds a text in any case. */
  async list({ search, sort, first, after }: {
    readonly search: string;
    readonly sort: AccountSort;
    readonly first: number;
    readonly after: ListPlace | undefined;
  }): Promise<{ readonly accounts: readonly Listed[]; readonly hasMore: boolean }> {
    const { key, type, descending } = orders[sort];
    const [compare, direction] = descending ? ['<', 'desc'] : ['>', 'asc'];
    const [, afterKey, afterIban] = after ?? [];
    const { rows } = await this.#pool.query<Account>(
      `select iban, balance, changed_at as "changedAt" from accounts
       where iban ilike $1 and ($3::text is null or (${key}, iban) ${compare} ($2::${type}, $3))
       order by ${key} ${direction}, iban ${direction} limit $4`,
      [holding(search), afterKey, afterIban, first + 1],
    );
    const accounts = rows.slice(0, first).map(account => ({ account, cursor: accountCursorOf(sort, account) }));
    return { accounts, hasMore: rows.length > first };
  }
}
