/** The account numbers of this bank: NL, two check digits, OPEN, ten digits of which the first is 0. */

export type Iban = string & { readonly brand: 'Iban' };

/**
 * The check is over the digits of bank, account, country and "00", where letters count as 10 to 35: OPEN is 24251423, NL is 2321. The
 * whole number is too large for a double, so the bank's part is taken modulo 97 beforehand; with an account below 10^9 the rest is not.
 */
const bankModulo97 = Number((24251423n * 10n ** 16n) % 97n);

const checkNumberOf = (account: string): number => 98 - ((bankModulo97 + Number(account) * 1_000_000 + 232_100) % 97);

/** Whether a text is a well-formed IBAN of this bank with the right check digits; it need not be an account. */
export const isOwnIban = (text: string): text is Iban =>
  /^NL\d\dOPEN0\d{9}$/.test(text) && checkNumberOf(text.slice(8)) === Number(text.slice(2, 4));

/** Whether a text means to be an IBAN of this bank, right or wrong: NL, any two characters, OPEN. */
export const startsLikeOwnIban = (text: string): boolean => /^NL..OPEN/su.test(text);

/**
 * The IBAN of an account number.
 *
 * @param account ten digits, the first of them 0
 * @throws RangeError when they are not
 */
export const ibanOf = (account: string): Iban => {
  if (!/^0\d{9}$/.test(account)) throw new RangeError(`an account number is ten digits that start with 0, not "${account}"`);
  return `NL${String(checkNumberOf(account)).padStart(2, '0')}OPEN${account}` as Iban;
};
