/** Who a transfer goes to, read from what the user types: an IBAN of this bank, or anyone else by name. */
import { company, hasControlCharacter, isOwnIban, lengthOf, limits, startsLikeOwnIban, type Iban } from '@bank/topology';

/** Every IBAN of this bank has the length of the company's. */
const ibanLength = company.iban.length;

export type Recipient =
  | { readonly kind: 'none' }
  /** On the way to an IBAN of this bank: `typed` of `length` characters are there. */
  | { readonly kind: 'unfinished iban'; readonly typed: number; readonly length: number }
  /** Means to be an IBAN of this bank and is none. */
  | { readonly kind: 'wrong iban' }
  | { readonly kind: 'iban'; readonly iban: Iban }
  /** The money leaves the bank: to a shop, a person, an account elsewhere. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wrong name'; readonly reason: string };

/**
 * Reads a recipient. Spaces and lower case in an IBAN of this bank do not matter: without that, `nl66 open …` would be a name, and the
 * money would leave the bank.
 */
export const recipientOf = (text: string): Recipient => {
  const name = text.trim();
  if (name === '') return { kind: 'none' };

  const compact = name.replace(/\s/g, '').toUpperCase();
  if (startsLikeOwnIban(compact)) {
    if (isOwnIban(compact)) return { kind: 'iban', iban: compact };
    return compact.length < ibanLength ? { kind: 'unfinished iban', typed: compact.length, length: ibanLength } : { kind: 'wrong iban' };
  }
  if (hasControlCharacter(name)) return { kind: 'wrong name', reason: 'This holds a character that cannot be typed' };
  const most = limits.partyLength;
  if (lengthOf(name) > most) return { kind: 'wrong name', reason: `A name can have at most ${most} characters` };
  return { kind: 'name', name };
};

/** What a recipient means, while it is being typed. */
export const hintFor = (recipient: Recipient): string => {
  switch (recipient.kind) {
    case 'none':
      return 'An IBAN of this bank, or any name';
    case 'unfinished iban':
      return `An IBAN of this bank: ${recipient.typed} of ${recipient.length} characters`;
    case 'wrong iban':
      return 'Not a valid IBAN: check it for a typing mistake';
    case 'iban':
      return 'A valid IBAN of this bank';
    case 'name':
      return 'Outside this bank, by name';
    case 'wrong name':
      return recipient.reason;
  }
};
