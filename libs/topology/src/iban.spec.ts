import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { company } from './bank.ts';
import { ibanOf, isOwnIban, startsLikeOwnIban } from './iban.ts';

/** The check of ISO 13616 on any IBAN, written apart from the code under test: rearranged and as digits, it leaves 1 modulo 97. */
const passesIso13616 = (iban: string): boolean => {
  const rearranged = `${iban.slice(4)}${iban.slice(0, 4)}`;
  return BigInt(Array.from(rearranged, character => Number.parseInt(character, 36)).join('')) % 97n === 1n;
};

const ibans = fc.nat(999_999_999).map(account => ibanOf(String(account).padStart(10, '0')));

describe('an IBAN of this bank', () => {
  it('has the check digits that the standard demands', () => {
    // Known from elsewhere, so that the check of this test is itself checked.
    for (const known of ['NL91ABNA0417164300', 'GB82WEST12345698765432', 'DE89370400440532013000']) expect(passesIso13616(known)).toBe(true);
    for (const account of ['0000000000', '0000000001', '0123456789', '0999999999']) expect(passesIso13616(ibanOf(account))).toBe(true);
  });

  it('has two check digits also when the first of them is 0', () => {
    const checks = Array.from({ length: 200 }, (_, account) => ibanOf(String(account).padStart(10, '0')).slice(2, 4));
    expect(checks.filter(check => check.startsWith('0')).length).toBeGreaterThan(0);
  });

  it('is the company\'s for account number zero', () => {
    expect(company.iban).toBe('NL66OPEN0000000000');
  });

  it.each(['NL67OPEN0000000000', 'NL66OPEN1000000000', 'NL66OPEN000000000', 'NL66OPEN00000000000', 'nl66open0000000000', 'NL66OPEN0000000000\n', ' NL66OPEN0000000000', 'NL91ABNA0417164300', 'NL66OPEN00000000٠0', ''])(
    'is not %j',
    text => {
      expect(isOwnIban(text)).toBe(false);
    },
  );

  it('is found out in any one digit that is mistyped', () => {
    const iban = ibanOf('0123456789');
    for (let at = 8; at < iban.length; at += 1) {
      const digit = (Number(iban[at]) + 1) % 10;
      expect(isOwnIban(`${iban.slice(0, at)}${digit}${iban.slice(at + 1)}`)).toBe(false);
    }
  });

  it('is none any more with a character changed, lost or added, or with two of them in each other\'s place', () => {
    const character = fc.oneof(fc.constantFrom(...Array.from('0123456789NLOPE٠ ')), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
    fc.assert(fc.property(ibans, fc.nat(17), fc.nat(17), character, (iban, at, other, put) => {
      const swapped = Array.from(iban);
      [swapped[at], swapped[other]] = [iban.charAt(other), iban.charAt(at)];
      const mutants = [
        `${iban.slice(0, at)}${put}${iban.slice(at + 1)}`, `${iban.slice(0, at)}${iban.slice(at + 1)}`, `${iban.slice(0, at)}${put}${iban.slice(at)}`,
        swapped.join(''),
      ];
      expect(mutants.filter(mutant => mutant !== iban && isOwnIban(mutant))).toEqual([]);
    }), { numRuns: 10_000 });
  });

  it('is whatever looks like one and passes the check of the standard with digits from 02 to 98, and nothing else', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^NL\d\dOPEN0\d{9}$/), fc.stringMatching(/^[NL]{2}\d\d[OPEN]{4}\d{10}$/), ibans);
    fc.assert(fc.property(texts, text => {
      const isOne = /^NL(?!0[01]|99)\d\dOPEN0\d{9}$/.test(text) && passesIso13616(text);
      expect(isOwnIban(text)).toBe(isOne);
    }), { numRuns: 10_000 });
  });

  it('is meant by what starts like one, whatever follows', () => {
    for (const text of ['NL66OPEN', 'NLxxOPEN', 'NL00OPEN1', 'NL\n\nOPEN']) expect(startsLikeOwnIban(text)).toBe(true);
    for (const text of ['NL91ABNA0417164300', 'OPEN', 'NL6OPEN00', 'Albert Heijn BV']) expect(startsLikeOwnIban(text)).toBe(false);
  });

  it('is made of ten digits that start with 0, and of nothing else', () => {
    expect(() => ibanOf('1000000000')).toThrow('an account number is ten digits that start with 0, not "1000000000"');
    expect(() => ibanOf('000000000')).toThrow(RangeError);
  });
});
