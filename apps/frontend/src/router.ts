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
      {
        path: '/transfers/:id',
        name: 'transfer',
        component: () => import('./life/LifePage.vue'),
        props: true,
        meta: { title: 'The life of a transfer' },
      },
      {
        path: '/measurements',
        name: 'measurements',
        component: () => import('./measurements/MeasurementsPage.vue'),
        meta: { title: 'Measurements' },
      },
      { path: '/bank', name: 'bank', component: () => import('./bank/BankPage.vue'), meta: { title: 'The bank' } },
      { path: '/:path(.*)*', name: 'not-found', component: () => import('./shell/NotFoundPage.vue'), meta: { title: 'Page not found' } },
    ],
    // A choice that is kept in the address is no other page. Deprecated in favour of what is still experimental.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  });
  router.afterEach(({ meta }) => {
    document.title = `${meta.title} · ${bank}`;
  });
  return router;
};
