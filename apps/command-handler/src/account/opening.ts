/** Drawing the IBAN and the token of a new account. */
import { randomInt } from 'node:crypto';
import { ibanOf, tokenOf, type AccountType, type Iban, type Token } from '@bank/topology';

export type NewAccount = { readonly iban: Iban; readonly token: Token; readonly accountType: AccountType };

/** Draws an account; its IBAN may be taken already. */
export type Draw = (accountType: AccountType) => NewAccount;

/** Draws from the system's secure random numbers. */
export const drawAccount: Draw = accountType => ({
  iban: ibanOf(`0${randomDigits(9)}`),
  token: tokenOf(`${randomDigits(10)}${randomDigits(10)}`),
  accountType,
});

/** At most 14 digits: randomInt is exact up to 2^48. */
const randomDigits = (count: number): string => String(randomInt(10 ** count)).padStart(count, '0');
