/** How what a client asked for ends: expected ends are values, never errors. */

export type RefusalCode =
  | 'USERNAME_TAKEN'
  | 'INVALID_CREDENTIALS_FORM'
  | 'WRONG_CREDENTIALS'
  | 'BUSY'
  | 'ID_REUSED'
  | 'REFUSED_BY_BANK'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'ACCOUNT_NOT_READY';

export type Refused = { readonly type: 'Refused'; readonly code: RefusalCode; readonly reason: string };
/** The bank did it, and what one reads next shows it. */
export type Confirmed = { readonly type: 'Confirmed' };
/** The bank has not answered yet. */
export type Pending = { readonly type: 'Pending' };

export type CommandOutcome = Confirmed | Refused | Pending;

export const refused = (code: RefusalCode, reason: string): Refused => ({ type: 'Refused', code, reason });
export const confirmed: Confirmed = { type: 'Confirmed' };
export const pending: Pending = { type: 'Pending' };
