import { company } from '@bank/topology';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { setUpWith, silence, type Bank } from '../testing/bank.ts';
import { useSession } from './useSession.ts';

const client = { username: 'somebody', role: 'CLIENT', account: { iban: company.iban } };
const credentials = { username: 'somebody', password: 'password' };
const asClient = { kind: 'client', username: 'somebody', iban: company.iban };

const setUp = (bank: Bank) => {
  const renew = vi.fn();
  return { session: setUpWith(bank, useSession, { ...silence(), renew }).result, renew };
};

describe('a session', () => {
  afterEach(() => { vi.unstubAllGlobals(); });

  it.each([
    ['a visitor', null, { kind: 'visitor', hasExpired: false }],
    ['a client', client, asClient],
    ['a client whose account is still being opened', { ...client, account: null }, { ...asClient, iban: null }],
    ['an employee', { username: 'teller', role: 'EMPLOYEE', account: null }, { kind: 'employee', username: 'teller' }],
  ])('begins as %s, as the bank says', async (_who, me, state) => {
    const { session } = setUp(() => ({ me }));
    expect(session.state.value).toEqual({ kind: 'unknown' });
    await session.refresh();
    expect(session.state.value).toEqual(state);
  });

  it('says when the bank cannot be reached, until it can', async () => {
    let isCut = true;
    const { session } = setUp(() => {
      if (isCut) throw new TypeError('network');
      return { me: null };
    });
    await session.refresh();
    expect(session.state.value).toEqual({ kind: 'unreachable', failure: 'unreachable' });
    isCut = false;
    await session.refresh();
    expect(session.state.value.kind).toBe('visitor');
  });

  it('renews the live connection at log-in and log-out, for the socket belongs to a user', async () => {
    const { session, renew } = setUp(({ operation }) =>
      operation === 'LogIn' ? { logIn: { __typename: 'LoggedIn', user: client } } : { logOut: true });
    expect(await session.logIn(credentials)).toEqual({ kind: 'entered' });
    expect(session.state.value).toEqual(asClient);
    expect(renew).toHaveBeenCalledTimes(1);

    expect(await session.logOut()).toBeUndefined();
    expect(session.state.value).toEqual({ kind: 'visitor', hasExpired: false });
    expect(renew).toHaveBeenCalledTimes(2);
  });

  it('has expired when the bank no longer knows it', async () => {
    const answers: unknown[] = [client, null, null];
    const { session } = setUp(() => ({ me: answers.shift() }));
    await session.refresh();
    await session.refresh();
    expect(session.state.value).toEqual({ kind: 'visitor', hasExpired: true });
    // Asked again, it is still known that there was one.
    await session.refresh();
    expect(session.state.value).toEqual({ kind: 'visitor', hasExpired: true });
  });

  it('renews the live connection when somebody else logged in in another tab', async () => {
    const answers: unknown[] = [client, client, { ...client, username: 'another' }];
    const { session, renew } = setUp(() => ({ me: answers.shift() }));
    await session.refresh();
    await session.refresh();
    expect(renew).not.toHaveBeenCalled();
    await session.refresh();
    expect(session.state.value).toEqual({ ...asClient, username: 'another' });
    expect(renew).toHaveBeenCalledOnce();
  });

  it('is not put back by an answer about the time before a log-in', async () => {
    const late = Promise.withResolvers<unknown>();
    const { session } = setUp(({ operation }) => (operation === 'Me' ? late.promise : { logIn: { __typename: 'LoggedIn', user: client } }));
    const refreshed = session.refresh();
    await session.logIn(credentials);
    late.resolve({ me: null });
    await refreshed;
    expect(session.state.value).toEqual(asClient);
  });
});
