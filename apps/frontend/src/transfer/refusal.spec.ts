import { describe, expect, it } from 'vitest';
import { wordingOf } from './refusal.ts';

const refused = { __typename: 'Refused', reason: 'the bank’s own words' } as const;

describe('a refusal in words', () => {
  it.each([
    ['INSUFFICIENT_FUNDS', 'Insufficient funds: your balance cannot go below -€500.00'],
    ['TO_UNKNOWN', 'Nobody at this bank has this IBAN'],
    ['SAME_ACCOUNT', 'This is your own account'],
  ] as const)('says for %s what it means to the client', (code, words) => {
    expect(wordingOf({ ...refused, code })).toBe(words);
  });

  it.each(['RATE_LIMITED', 'AMOUNT_OUT_OF_RANGE', 'REFUSED_BY_BANK'] as const)('leaves %s to the bank', code => {
    expect(wordingOf({ ...refused, code })).toBe('the bank’s own words');
  });
});
