/** The accounts on screen: pages of the list, joined with the changes that arrive. Pure. */
import type { Cents, Iban } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { readCents, readDateTime, readIban } from '../api/scalars.ts';
import type { Burst, Change } from './change.ts';
import type { accountsQuery } from './documents.ts';

export type AccountRow = {
  readonly iban: Iban;
  readonly balance: Cents;
  /** Null before the balance ever changed. */
  readonly changedAt: Date | null;
  /** How often it changed before one's eyes. */
  readonly liveChanges: number;
}

/** A part of the list, in the order that was asked for. */
export type AccountsPage = {
  readonly rows: readonly AccountRow[];
  /** Where the next page starts; null when this is the last. */
  readonly next: string | null;
}

/** @throws TypeError when the bank breaks its contract */
export const readAccountsPage = ({ edges, pageInfo }: ResultOf<typeof accountsQuery>['accounts']): AccountsPage => ({
  rows: edges.map(({ node }) => ({
    iban: readIban(node.iban),
    balance: readCents(node.balance),
    changedAt: node.changedAt === null ? null : readDateTime(node.changedAt),
    liveChanges: 0,
  })),
  next: pageInfo.hasNextPage ? (edges.at(-1)?.cursor ?? null) : null,
});

/**
 * Whether a change says more than a row. One of the same instant does: the stream has the order of the account, and ends with its last.
 * A row that was read after a change that arrives only now says more than it.
 */
const isNewer = ({ changedAt }: Change, row: AccountRow): boolean => row.changedAt === null || changedAt >= row.changedAt;

const changed = (row: AccountRow, change: Change): AccountRow => ({
  iban: row.iban,
  balance: change.newBalance,
  changedAt: change.changedAt,
  // What the row was read with already is no news.
  liveChanges: change.newBalance === row.balance && change.changedAt.getTime() === row.changedAt?.getTime() ? row.liveChanges : row.liveChanges + 1,
});

/** The rows after changes; the same array when none of them is on screen. */
export const applyChanges = (rows: readonly AccountRow[], latest: Burst['latest']): readonly AccountRow[] => {
  const next = rows.map(row => {
    const change = latest.get(row.iban);
    return change !== undefined && isNewer(change, row) ? changed(row, change) : row;
  });
  return next.some((row, at) => row !== rows[at]) ? next : rows;
};

/** The rows and those of the next page. An account that moved in the order since then may be on both: it stays where it is. */
export const addPage = (rows: readonly AccountRow[], page: AccountsPage): readonly AccountRow[] => {
  const known = new Set(rows.map(({ iban }) => iban));
  return [...rows, ...page.rows.filter(({ iban }) => !known.has(iban))];
};

/** What to look for: part of an IBAN as people write it, in groups or not. */
export const searchOf = (typed: string): string => typed.replace(/\s/g, '');
