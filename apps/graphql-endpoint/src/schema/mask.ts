/** What those see of a party's IBAN who may not know whose it is: country, bank and the last three digits. */
import { isOwnIban } from '@bank/topology';

/** Masks an IBAN of this bank; a name, "cash" and other texts stay as they are. */
export const masked = (party: string): string => (isOwnIban(party) ? `NL**OPEN*******${party.slice(-3)}` : party);
