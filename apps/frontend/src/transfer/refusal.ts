/** Why the bank refused, in words that help the client on. */
import { limits } from '@bank/topology';
import type { ResultOf } from '../api/graphql.ts';
import { showMoney } from '../money/display.ts';
import type { commandQuery } from './documents.ts';

export type Refusal = Extract<NonNullable<ResultOf<typeof commandQuery>['command']>, { __typename: 'Refused' }>;

const wordings: Partial<Record<Refusal['code'], string>> = {
  TO_UNKNOWN: 'Nobody at this bank has this IBAN',
  TO_INVALID: 'This is not a valid IBAN of this bank',
  SAME_ACCOUNT: 'This is your own account',
  AMOUNT_TOO_LARGE: 'The receiving account cannot hold so much',
  ID_REUSED: 'This order was used before with other details. Send it again as a new one',
  TEXT_INVALID: 'The text holds a character that cannot be sent',
};

/** The bank's own reason, but where its wording is meant for machines. */
export const wordingOf = ({ code, reason }: Refusal): string =>
  code === 'INSUFFICIENT_FUNDS'
    ? `Insufficient funds: your balance cannot go below ${showMoney(limits.overdraft)}`
    : (wordings[code] ?? reason);
