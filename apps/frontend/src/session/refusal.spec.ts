import { describe, expect, it } from 'vitest';
import { explainRefusal } from './refusal.ts';

const refused = { __typename: 'Refused', reason: 'no name for it', retryAfterSeconds: null } as const;

describe('a refusal', () => {
  it('of a username that is taken is about that field', () => {
    expect(explainRefusal({ ...refused, code: 'USERNAME_TAKEN' })).toMatchObject({ about: 'username' });
  });

  it('of wrong credentials does not tell which of them is wrong', () => {
    expect(explainRefusal({ ...refused, code: 'WRONG_CREDENTIALS' })).toEqual({
      about: 'all', text: 'There is no such user, or the password is another one.',
    });
  });

  it.each([
    [1, 'Try again in 1 second.'],
    [42, 'Try again in 42 seconds.'],
    [130, 'Try again in 3 minutes.'],
    [null, 'Try again in a moment.'],
  ])('of too many tries says how long to wait: %s seconds', (retryAfterSeconds, wait) => {
    expect(explainRefusal({ ...refused, code: 'RATE_LIMITED', retryAfterSeconds }).text).toBe(
      `Too many tries within a short time. ${wait}`,
    );
    expect(explainRefusal({ ...refused, code: 'BUSY', retryAfterSeconds }).text).toBe(`The bank is busy with other log-ins. ${wait}`);
  });

  it('of another kind has the bank’s own reason, as a sentence', () => {
    expect(explainRefusal({ ...refused, code: 'REFUSED_BY_BANK' })).toEqual({ about: 'all', text: 'No name for it.' });
  });
});
