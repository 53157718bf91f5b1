import { describe, expect, it } from 'vitest';
import { isToken, tokenOf } from './token.ts';

describe('a token', () => {
  it('is 20 digits', () => {
    expect(isToken('01234567890123456789')).toBe(true);
    for (const text of ['', '1234567890123456789', '012345678901234567890', '0123456789012345678x', '01234567890123456789\n']) expect(isToken(text)).toBe(false);
  });

  it('is not shown by the error that refuses it', () => {
    expect(() => tokenOf('9876543210')).toThrow(/^a token is 20 digits$/);
  });
});
