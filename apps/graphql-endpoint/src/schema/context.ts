/** What resolvers are given besides their arguments. */
import type { Openings } from '../banking/openings.ts';
import type { Transfers } from '../banking/transfers.ts';
import type { Identity } from '../identity/identity.ts';
import type { Session, SessionId } from '../identity/sessions.ts';
import { visitor, type Viewer } from '../identity/viewer.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Flow } from '../live/flow.ts';
import type { FollowParts } from '../live/follow.ts';
import type { Throughput } from '../live/throughput.ts';
import type { Accounts } from '../transactions/accounts.ts';
import type { Lives } from '../transactions/lives.ts';
import type { BankTotals } from '../transactions/totals.ts';
import type { Transactions } from '../transactions/transactions.ts';

/** The rooms of the service, as resolvers use them. */
export type Rooms = {
  readonly identity: Identity;
  readonly limits: RateLimits;
  readonly openings: Openings;
  readonly transfers: Transfers;
  readonly transactions: Transactions;
  readonly accounts: Accounts;
  readonly lives: Lives;
  readonly totals: BankTotals;
  readonly throughput: Throughput;
  readonly flow: Flow;
  readonly following: FollowParts;
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
  /** Where the request comes from, as far as that can be believed. */
  readonly address: string;
  /** Tells the client beside the answer after how long to try again. */
  readonly setRetryAfter: (seconds: number) => void;
  /** Ends the socket of a subscriber to whom nothing can be sent any more. */
  readonly endTooSlow: () => void;
};

/** Who looks. */
export const viewerOf = ({ session }: Pick<Context, 'session'>): Viewer => session?.user ?? visitor;
