/** Who is at the keyboard, as far as the bank knows. */
import type { Iban } from '@bank/topology';
import type { Failure } from '../api/failure.ts';
import type { ResultOf } from '../api/graphql.ts';
import { readIban } from '../api/scalars.ts';
import type { meQuery } from './documents.ts';

export type SessionState =
  /** The first answer is on its way. */
  | { readonly kind: 'unknown' }
  /** There was no answer, so it may be anybody. */
  | { readonly kind: 'unreachable'; readonly failure: Failure }
  /** `hasExpired` when a session ended that was still in use here. */
  | { readonly kind: 'visitor'; readonly hasExpired: boolean }
  /** `iban` is null while the bank has not yet opened the account. */
  | { readonly kind: 'client'; readonly username: string; readonly iban: Iban | null }
  | { readonly kind: 'employee'; readonly username: string };

/** Whether a state is another one's user as well; before the first answer it may be anybody. */
export const isSameUser = (before: SessionState, next: SessionState): boolean =>
  !('username' in before) || ('username' in next && next.username === before.username);

type User = NonNullable<ResultOf<typeof meQuery>['me']>;

/** The state in which the bank's answer about a user puts the session. */
export const stateOf = (user: User | null): SessionState => {
  if (user === null) return { kind: 'visitor', hasExpired: false };
  const { username, role, account } = user;
  return role === 'EMPLOYEE'
    ? { kind: 'employee', username }
    : { kind: 'client', username, iban: account === null ? null : readIban(account.iban) };
};
