/** The scalars of the contract as values: read once, here, on their way in. */
import { isOwnIban, parseCents, type Cents, type Iban } from '@bank/topology';

const broken = (what: string, text: string): TypeError => new TypeError(`the bank sent ${JSON.stringify(text)}, which is not ${what}`);

/** @throws TypeError when the bank breaks its contract */
export const readCents = (text: string): Cents => {
  const amount = parseCents(text);
  if (amount === undefined) throw broken('an amount in cents', text);
  return amount;
};

/** @throws TypeError when the bank breaks its contract */
export const readIban = (text: string): Iban => {
  if (!isOwnIban(text)) throw broken('an IBAN of this bank', text);
  return text;
};

/** @throws TypeError when the bank breaks its contract */
export const readDateTime = (text: string): Date => {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) throw broken('a moment', text);
  return moment;
};
