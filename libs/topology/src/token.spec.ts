import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isToken, tokenOf } from './token.ts';

describe('a token', () => {
  it('is 20 digits', () => {
    expect(isToken('01234567890123456789')).toBe(true);
    for (const text of ['', '1234567890123456789', '012345678901234567890', '0123456789012345678x', '01234567890123456789\n']) expect(isToken(text)).toBe(false);
  });

  it('is nothing that is near to one', () => {
    const near = fc.tuple(fc.stringMatching(/^\d{20}$/), fc.nat(20), fc.constantFrom(0, 1), fc.string({ unit: 'binary', maxLength: 2 }))
      .map(([digits, at, lost, put]) => `${digits.slice(0, at)}${put}${digits.slice(at + lost)}`);
    fc.assert(fc.property(fc.oneof(near, fc.string({ unit: 'binary' }), fc.stringMatching(/^\p{Nd}{19,21}$/u)), text => {
      expect(isToken(text)).toBe(text.length === 20 && Array.from(text).every(digit => '0123456789'.includes(digit)));
    }), { numRuns: 10_000 });
  });

  it('is not shown by the error that refuses it', () => {
    expect(() => tokenOf('9876543210')).toThrow(/^a token is 20 digits$/);
  });
});
