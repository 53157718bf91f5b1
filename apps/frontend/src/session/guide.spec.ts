import { flushPromises } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { useRouter, type Router } from 'vue-router';
import { setUpWith, type Bank } from '../testing/bank.ts';
import { guidePages } from './guide.ts';
import { useSession } from './useSession.ts';
import type { Session } from './session.ts';

const client = { username: 'somebody', role: 'CLIENT', account: null };
const employee = { username: 'teller', role: 'EMPLOYEE', account: null };
const credentials = { username: 'somebody', password: 'password' };
const page = { template: '<p />' };

/** Waits until it holds: the code of a page is loaded when it is gone to. */
const until = (look: () => void): Promise<void> => vi.waitFor(look, { timeout: 10_000 });

/** The app's pages and a session over a bank, at a place; who is there is not yet known. */
const at = async (path: string, bank: Bank): Promise<{ router: Router; session: Session }> => {
  history.replaceState(null, '', '/');
  const { result } = setUpWith(bank, () => ({ router: useRouter(), session: useSession() }));
  const { router, session } = result;
  if (!router.hasRoute('bank')) router.addRoute({ path: '/bank', name: 'bank', component: page, meta: { title: 'Bank' } });
  if (!router.hasRoute('transfer')) {
    router.addRoute({ path: '/transfers/:id', name: 'transfer', component: page, meta: { title: 'Transfer' } });
  }
  guidePages(router, session);
  void router.push(path);
  await flushPromises();
  await session.refresh();
  await until(() => { expect(router.currentRoute.value.matched).not.toEqual([]); });
  return result;
};
const placeOf = (router: Router): string => router.currentRoute.value.fullPath;
const logIn = (user: unknown) => ({ logIn: { __typename: 'LoggedIn', user } });

describe('a visitor of the pages', () => {
  afterEach(() => { vi.unstubAllGlobals(); });

  it('is led from a user’s page to the log-in, and back with its query', async () => {
    const { router, session } = await at('/transfers/7?from=list', ({ operation }) => (operation === 'Me' ? { me: null } : logIn(client)));
    expect(router.currentRoute.value).toMatchObject({ name: 'account', query: { next: '/transfers/7?from=list' } });
    await session.logIn(credentials);
    await until(() => { expect(placeOf(router)).toBe('/transfers/7?from=list'); });
  });

  it('is led to the log-in and back when the session ends there', async () => {
    const { router, session } = await at('/bank?search=NL', ({ operation }) => (operation === 'Me' ? { me: employee } : logIn(employee)));
    expect(placeOf(router)).toBe('/bank?search=NL');
    session.expire();
    await until(() => { expect(router.currentRoute.value).toMatchObject({ name: 'account', query: { next: '/bank?search=NL' } }); });
    await session.logIn(credentials);
    await until(() => { expect(placeOf(router)).toBe('/bank?search=NL'); });
  });

  it('stays on a page that is for everybody when the session ends', async () => {
    const { router, session } = await at('/', () => ({ me: client }));
    session.expire();
    await flushPromises();
    expect(placeOf(router)).toBe('/');
  });

  it('is led to no other site', async () => {
    const bank: Bank = ({ operation }) => (operation === 'Me' ? { me: null } : logIn(client));
    const { router, session } = await at('/account?next=//evil.example/', bank);
    await session.logIn(credentials);
    await flushPromises();
    expect(router.currentRoute.value.name).toBe('account');
  });

  it('goes on to the bank after logging in as an employee', async () => {
    const { router, session } = await at('/account', ({ operation }) => (operation === 'Me' ? { me: null } : logIn(employee)));
    await session.logIn(credentials);
    await until(() => { expect(placeOf(router)).toBe('/bank'); });
  });

  it('who turns out to be logged in goes on at once', async () => {
    const { router } = await at('/account?next=/bank', () => ({ me: employee }));
    await until(() => { expect(placeOf(router)).toBe('/bank'); });
  });

  it('stays at the account when an employee comes there later', async () => {
    const { router } = await at('/account', () => ({ me: employee }));
    expect(placeOf(router)).toBe('/account');
  });
});
