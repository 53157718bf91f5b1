import { formatCents } from '@bank/topology';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAmount } from './amount.ts';

describe('an amount as typed', () => {
  it.each([
    ['12', 12_00n],
    ['12,34', 12_34n],
    ['12.34', 12_34n],
    ['12.3', 12_30n],
    ['12.', 12_00n],
    ['0,05', 5n],
    [' € 25 ', 25_00n],
    ['25 EUR', 25_00n],
    ['1.234,56', 1_234_56n],
    ['1,234.56', 1_234_56n],
    ['1 234,56', 1_234_56n],
    ['1’234.56', 1_234_56n],
    ['1,234,567', 1_234_567_00n],
    ['12,34,567.00', 1_234_567_00n],
  ])('%s is understood everywhere', (text, amount) => {
    expect(parseAmount(text, 'en-GB')).toBe(amount);
    expect(parseAmount(text, 'nl-NL')).toBe(amount);
  });

  it('takes three digits after a mark for thousands only where that mark groups thousands', () => {
    expect(parseAmount('1,234', 'en-GB')).toBe(1_234_00n);
    expect(parseAmount('1,234', 'nl-NL')).toBeUndefined();
    expect(parseAmount('1.234', 'nl-NL')).toBe(1_234_00n);
    expect(parseAmount('1.234', 'en-GB')).toBeUndefined();
  });

  const nonsense = ['', '€', 'ten', '-5', '+5', '1e3', '1.2.3', '12,345.6,7', '1,23,4', '.', ',5.', '0x10', '1.23€4x'];
  it.each(nonsense)('%j is no amount', text => {
    expect(parseAmount(text, 'en-GB')).toBeUndefined();
  });

  it('refuses what does not fit the bank’s 64 bits', () => {
    expect(parseAmount('92233720368547758.07', 'en-GB')).toBe(2n ** 63n - 1n);
    expect(parseAmount('92233720368547758.08', 'en-GB')).toBeUndefined();
  });

  it.each(['en-GB', 'en-IN', 'nl-NL', 'de-DE', 'de-CH', 'fr-FR', 'sv-SE', 'es-ES'])('reads back every amount as %s writes it', locale => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), amount => {
      expect(parseAmount(formatCents(amount, locale), locale)).toBe(amount);
    }));
  });
});
