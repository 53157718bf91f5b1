import { describe, expect, it } from 'vitest';
import { passwordErrors } from './password.ts';

describe('a change of password', () => {
  it('is right when both are there and differ', () => {
    expect(passwordErrors({ current: 'old password', next: 'new password' })).toEqual({});
  });

  it('names what is wrong in both fields', () => {
    expect(passwordErrors({ current: '', next: 'short' })).toEqual({
      current: 'Enter your password', next: 'A password needs at least 8 characters',
    });
  });

  it('needs another password than the current one', () => {
    expect(passwordErrors({ current: 'old password', next: 'old password' })).toEqual({ next: 'This is your current password: choose another' });
  });
});
