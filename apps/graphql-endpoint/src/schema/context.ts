/** What resolvers are given besides their arguments. */
import type { Openings } from '../banking/openings.ts';
import type { Transfers } from '../banking/transfers.ts';
import type { Identity } from '../identity/identity.ts';
import type { Session, SessionId } from '../identity/sessions.ts';
import { visitor, type Viewer } from '../identity/viewer.ts';
import type { Transaction, Transactions } from '../transactions/transactions.ts';
import type { Iban } from '@bank/topology';

/** The rooms of the service, as resolvers use them. */
export type Rooms = {
  readonly identity: Identity;
  readonly openings: Openings;
  readonly transfers: Transfers;
  readonly transactions: Transactions;
  readonly follow: (of: { readonly iban: Iban; readonly after: bigint | undefined }) => Promise<AsyncIterableIterator<Transaction>>;
};

/** Where the session's id is kept between requests; over a WebSocket it cannot be changed. */
export type SessionCookie = {
  readonly set: (id: SessionId, expiresAt: Date) => void;
  readonly clear: () => void;
};

export type Context = Rooms & {
  /** The session of this request; undefined for a visitor. */
  readonly session: Session | undefined;
  readonly cookie: SessionCookie;
};

/** Who looks. */
export const viewerOf = ({ session }: Pick<Context, 'session'>): Viewer => session?.user ?? visitor;
