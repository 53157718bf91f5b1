import { describe, expect, it } from 'vitest';
import type { SessionState } from '../session/state.ts';
import { pagesFor } from './pages.ts';

const employee: SessionState = { kind: 'employee', username: 'teller' };
const visitor: SessionState = { kind: 'visitor', hasExpired: false };
const client: SessionState = { kind: 'client', username: 'somebody', iban: null };
const namesFor = (state: SessionState, hasRoute = (_name: string): boolean => true): string[] => pagesFor(state, hasRoute).map(({ name }) => name);

describe('the navigation', () => {
  it.each([['a visitor', visitor], ['a client', client]])('leads %s to the account, not to the bank', (_who, state) => {
    expect(namesFor(state)).toEqual(['home', 'account', 'measurements']);
  });

  it('leads an employee to the bank, not to an account', () => {
    expect(namesFor(employee)).toEqual(['home', 'bank', 'measurements']);
  });

  it('leads to no page that is not there', () => {
    expect(namesFor(employee, name => name === 'home' || name === 'account')).toEqual(['home', 'account']);
  });
});
