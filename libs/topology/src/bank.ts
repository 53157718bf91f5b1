/** The constants of the bank: its own account, its limits, and the reasons it gives. */
import { cents } from './cents.ts';
import { ibanOf } from './iban.ts';
import { tokenOf } from './token.ts';

/** The account of the company, there from the first migration. Above 2^53 cents: a number would lose some. */
export const company = {
  iban: ibanOf('0000000000'),
  token: tokenOf('0'.repeat(20)),
  openingBalance: cents(10n ** 17n),
} as const;

/** The party that stands for money from outside: a deposit is a transfer from cash. */
export const cash = 'cash';

export const limits = {
  /** No balance falls below this: −€500.00. */
  overdraft: cents(-500_00n),
  /** Lengths are counted in Unicode code points. */
  descriptionLength: 140,
  partyLength: 70,
  /** The most one deposit or transfer may be through the API: €500.00 and €10^13. */
  deposit: cents(500_00n),
  transfer: cents(10n ** 15n),
  username: { min: 8, max: 64 },
  password: { min: 8, max: 128 },
} as const;

/** Why a transfer or a command is refused, word for word as the feedback says it, in the order of the checks. */
export const reasons = [
  'id was used for another command',
  'text is invalid',
  'description is too long',
  'amount must be positive',
  'from is invalid',
  'to is invalid',
  "from and to can't be same for transfer",
  'from is not known at this bank',
  'to is not known at this bank',
  'invalid token',
  'insufficient funds',
  'both to and from not known at this bank',
  'amount is too large',
] as const;

export type Reason = (typeof reasons)[number];

/** How long a text is to the bank: in Unicode code points, the same in every language. */
export const lengthOf = (text: string): number => Array.from(text).length;

/** Whether a text holds NUL or another control character (Unicode category Cc). */
export const hasControlCharacter = (text: string): boolean => /\p{Cc}/u.test(text);
