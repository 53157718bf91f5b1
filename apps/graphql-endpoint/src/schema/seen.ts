/** Who may ask for what, and things together with who looks at them: what of them is told depends on it. */
import type { Iban } from '@bank/topology';
import { movesMoney, sightOf, type Client, type Employee, type User, type Viewer } from '../identity/viewer.ts';
import { cursorOf } from '../transactions/cursor.ts';
import type { Page, Transaction } from '../transactions/transactions.ts';
import { viewerOf, type Context } from './context.ts';
import { forbidden, unauthenticated } from './errors.ts';

/** An account or a transaction together with who looks at it. */
export type Seen<V> = V & { readonly viewer: Viewer };

export const seenBy = <V extends object>(viewer: Viewer, value: V): Seen<V> => ({ ...value, viewer });

export type Edge<N> = { readonly cursor: string; readonly node: N };
export type Connection<N> = {
  readonly edges: readonly Edge<N>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | undefined };
};

export const connectionOf = <N>(edges: readonly Edge<N>[], hasNextPage: boolean): Connection<N> => ({
  edges,
  pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor },
});

export const pageSeenBy = (viewer: Viewer, { transactions, hasMore }: Page): Connection<Seen<Transaction>> =>
  connectionOf(transactions.map(transaction => ({ cursor: cursorOf(transaction.ordinal), node: seenBy(viewer, transaction) })), hasMore);

/** @throws GraphQLError UNAUTHENTICATED for a visitor */
export const userIn = (context: Context): User => {
  const viewer = viewerOf(context);
  if (viewer.role === 'VISITOR') throw unauthenticated();
  return viewer;
};

/** @throws GraphQLError UNAUTHENTICATED for a visitor, FORBIDDEN for an employee */
export const clientIn = (context: Context): Client => {
  const user = userIn(context);
  if (!movesMoney(user)) throw forbidden('an employee has no account and moves no money');
  return user;
};

/** @throws GraphQLError UNAUTHENTICATED for a visitor, FORBIDDEN for a client */
export const employeeIn = (context: Context): Employee => {
  const user = userIn(context);
  if (user.role !== 'EMPLOYEE') throw forbidden('this is for employees of the bank');
  return user;
};

/**
 * Who looks at an account of which something is to be seen.
 *
 * @throws GraphQLError UNAUTHENTICATED for a visitor, FORBIDDEN for a client, when it is not for them
 */
export const viewerOfAccount = (context: Context, iban: Iban): Viewer => {
  const viewer = viewerOf(context);
  if (sightOf(viewer, iban) !== 'nothing') return viewer;
  throw viewer.role === 'VISITOR' ? unauthenticated() : forbidden('this account is not yours');
};
