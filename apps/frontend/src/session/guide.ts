/** Leads visitors of somebody's pages to the log-in, and back to where they were. */
import { until } from '@vueuse/core';
import { watch } from 'vue';
import type { RouteLocationNormalizedLoaded, RouteLocationRaw, Router } from 'vue-router';
import { pathOfThisApp } from './destination.ts';
import type { Session } from './session.ts';
import type { SessionState } from './state.ts';

/** The names of pages that show nothing to a visitor. The page `account` is not among them: for visitors it is the log-in. */
const pagesOfUsers: readonly unknown[] = ['bank', 'transfer'];

type Place = Pick<RouteLocationNormalizedLoaded, 'name' | 'fullPath' | 'query'>;

/** The log-in, from which one comes back to a page. */
export const logInFrom = (fullPath: string): RouteLocationRaw => ({ name: 'account', query: { next: fullPath } });

/** Where a visitor is to go instead of a page; undefined when it is for everybody. */
const insteadOf = ({ name, fullPath }: Place, { kind }: SessionState): RouteLocationRaw | undefined =>
  kind === 'visitor' && pagesOfUsers.includes(name) ? logInFrom(fullPath) : undefined;

/** Where the user of a new session goes on from the log-in; undefined to stay. */
const onwardFrom = ({ name, query }: Place, before: SessionState, now: SessionState, router: Router): RouteLocationRaw | undefined => {
  if (name !== 'account' || !('username' in now) || 'username' in before) return undefined;
  const next = pathOfThisApp(query['next']);
  if (next !== undefined) return next;
  return before.kind === 'visitor' && now.kind === 'employee' && router.hasRoute('bank') ? { name: 'bank' } : undefined;
};

/** Watches over all navigation for as long as the app lives. */
export const guidePages = (router: Router, session: Session): void => {
  router.beforeEach(async to => {
    // Nobody's page flashes up before it is known who is there.
    if (pagesOfUsers.includes(to.name)) await until(session.state).not.toMatch(({ kind }) => kind === 'unknown');
    return insteadOf(to, session.state.value);
  });
  watch(session.state, (now, before) => {
    const place = router.currentRoute.value;
    const instead = insteadOf(place, now) ?? onwardFrom(place, before, now, router);
    if (instead !== undefined) void router.replace(instead);
  });
};
