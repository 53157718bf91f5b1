import { limits } from '@bank/topology';
import { describe, expect, it } from 'vitest';
import { errorsInKnown, errorsInNew } from './credentials.ts';

const username = 'u'.repeat(limits.username.min);
const password = 'p'.repeat(limits.password.min);

describe('new credentials', () => {
  it('pass when both are long enough', () => {
    expect(errorsInNew({ username, password })).toEqual({});
  });

  it('fail, each with its own reason, when too short', () => {
    expect(errorsInNew({ username: username.slice(1), password: '' })).toEqual({
      username: `A username needs at least ${limits.username.min} characters`,
      password: `A password needs at least ${limits.password.min} characters`,
    });
  });

  it('are counted in characters as people see them, not in UTF-16 units', () => {
    expect(errorsInNew({ username: '😀'.repeat(limits.username.min - 1), password })).toHaveProperty('username');
    expect(errorsInNew({ username: '😀'.repeat(limits.username.max), password })).toEqual({});
    expect(errorsInNew({ username: 'u'.repeat(limits.username.max + 1), password })).toHaveProperty('username');
  });

  it('hold no control characters', () => {
    expect(errorsInNew({ username, password: `${password}\u0000` })).toHaveProperty('password');
  });
});

describe('credentials for a log-in', () => {
  it('need only be there', () => {
    expect(errorsInKnown({ username: 'x', password: 'y' })).toEqual({});
    expect(errorsInKnown({ username: '', password: '' })).toEqual({ username: 'Enter your username', password: 'Enter your password' });
  });
});
