/** The secret that authorises money leaving an account: 20 digits. Compared in constant time where it counts, never logged. */

export type Token = string & { readonly brand: 'Token' };

export const isToken = (text: string): text is Token => /^\d{20}$/.test(text);

/**
 * A token from its digits.
 *
 * @throws RangeError when it is not 20 digits; the message does not show them
 */
export const tokenOf = (digits: string): Token => {
  if (!isToken(digits)) throw new RangeError('a token is 20 digits');
  return digits;
};
