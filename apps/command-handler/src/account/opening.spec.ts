import { describe, expect, it } from 'vitest';
import { isOwnIban, isToken } from '@bank/topology';
import { drawAccount } from './opening.ts';

describe('a drawn account', () => {
  // Of a thousand a hundred start with a zero, which must not be lost; that a digit is missing somewhere by chance has odds of one in 10^43.
  const drawn = Array.from({ length: 1_000 }, () => drawAccount('MANUAL'));
  const digitsAt = (texts: readonly string[], place: number): number => new Set(texts.map(text => text[place])).size;

  it('has an IBAN of this bank and a token of 20 digits', () => {
    for (const { iban, token } of drawn) expect([isOwnIban(iban), isToken(token)]).toEqual([true, true]);
  });

  it('has any digit in any place but the first of its number, which is 0', () => {
    const places = { token: Array.from({ length: 20 }, (_, at) => at), iban: Array.from({ length: 9 }, (_, at) => 'NL00OPEN0'.length + at) };
    expect(places.token.map(place => digitsAt(drawn.map(({ token }) => token), place))).toEqual(places.token.map(() => 10));
    expect(places.iban.map(place => digitsAt(drawn.map(({ iban }) => iban), place))).toEqual(places.iban.map(() => 10));
  });
});
