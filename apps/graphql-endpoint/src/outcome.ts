/** How what a client asked for ends: expected ends are values, never errors. */
import type { Reason } from '@bank/topology';

export type RefusalCode =
  | 'USERNAME_TAKEN'
  | 'INVALID_CREDENTIALS_FORM'
  | 'WRONG_CREDENTIALS'
  | 'BUSY'
  | 'RATE_LIMITED'
  | 'ID_REUSED'
  | 'INSUFFICIENT_FUNDS'
  | 'TO_INVALID'
  | 'TO_UNKNOWN'
  | 'SAME_ACCOUNT'
  | 'DESCRIPTION_TOO_LONG'
  | 'TEXT_INVALID'
  | 'AMOUNT_TOO_LARGE'
  | 'REFUSED_BY_BANK'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'ACCOUNT_NOT_READY';

export type Refused = {
  readonly type: 'Refused';
  readonly code: RefusalCode;
  readonly reason: string;
  /** When the same may be accepted later: after so long, rather than at once. */
  readonly retryAfterSeconds?: number;
};
/** The bank did it, and what one reads next shows it. */
export type Confirmed = { readonly type: 'Confirmed' };
/** The bank has not answered yet. */
export type Pending = { readonly type: 'Pending' };

export type CommandOutcome = Confirmed | Refused | Pending;

export const refused = (code: RefusalCode, reason: string, later: Pick<Refused, 'retryAfterSeconds'> = {}): Refused => ({
  type: 'Refused',
  code,
  reason,
  ...later,
});
export const confirmed: Confirmed = { type: 'Confirmed' };
export const pending: Pending = { type: 'Pending' };

/** The bank's reasons that a client can do something about. */
const codes: ReadonlyMap<string, RefusalCode> = new Map(Object.entries({
  'id was used for another command': 'ID_REUSED',
  'text is invalid': 'TEXT_INVALID',
  'description is too long': 'DESCRIPTION_TOO_LONG',
  'to is invalid': 'TO_INVALID',
  "from and to can't be same for transfer": 'SAME_ACCOUNT',
  'to is not known at this bank': 'TO_UNKNOWN',
  'insufficient funds': 'INSUFFICIENT_FUNDS',
  'amount is too large': 'AMOUNT_TOO_LARGE',
} satisfies Partial<Record<Reason, RefusalCode>>));

/** What the bank refused, with the bank's own words; a handler in another language may have more of them. */
export const refusedByBank = (reason: string): Refused =>
  refused(codes.get(reason) ?? 'REFUSED_BY_BANK', reason);
