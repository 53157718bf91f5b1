import { createRouter, createWebHistory, type Router } from 'vue-router';
import CompanyPage from './company/CompanyPage.vue';

declare module 'vue-router' {
  // Only an interface merges with the router's own.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface RouteMeta {
    /** What the browser's tab says, before the bank's name. */
    title: string;
  }
}

const bank = 'Open Bank';

/** The pages of the bank. Home comes with the first load, the others when they are asked for. */
export const createPages = (): Router => {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', name: 'home', component: CompanyPage, meta: { title: 'A bank you can watch at work' } },
      { path: '/account', name: 'account', component: () => import('./account/AccountPage.vue'), meta: { title: 'Your account' } },
      { path: '/:path(.*)*', name: 'not-found', component: () => import('./shell/NotFoundPage.vue'), meta: { title: 'Page not found' } },
    ],
    // Deprecated in favour of what is still experimental.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.afterEach(({ meta }) => {
    document.title = `${meta.title} · ${bank}`;
  });
  return router;
};
