/** Every page of the bank, and every state of one that looks different: what accessibility, the first load and the screenshots go through. */
import { randomBytes } from 'node:crypto';
import { company } from '@bank/topology';
import type { Browser, Page } from 'playwright-core';
import { openAs, type Holder } from './api.ts';
import { visit, type Visitor } from './browser.ts';
import { connectionNotice, logIn, logInAsEmployee, transfer } from './client.ts';

/** A page as one comes upon it. */
export type Sight = {
  /** Lower case, with hyphens: names a screenshot. */
  readonly name: string;
  /** `:transfer` stands for the id of a transfer of the client. */
  readonly path: string;
  readonly who: Who;
  /** What one does there before it looks as it should. */
  readonly prepare?: (page: Page) => Promise<void>;
}

export type Who = 'visitor' | 'client' | 'employee';

/** The pages, as they are when they have come. */
export const pages: readonly Sight[] = [
  {
    name: 'home', path: '/', who: 'visitor',
    // The picture begins with the next event: a bank without any is not what it is about.
    prepare: page => page.getByTestId('flow-changes').filter({ hasNotText: /^0$/ }).waitFor(),
  },
  { name: 'log-in', path: '/account', who: 'visitor' },
  { name: 'account', path: '/account', who: 'client' },
  { name: 'bank', path: '/bank', who: 'employee', prepare: page => page.getByTestId('feed-row').nth(4).waitFor() },
  { name: 'transfer', path: '/transfers/:transfer', who: 'client' },
  { name: 'measurements', path: '/measurements', who: 'visitor' },
  { name: 'not-found', path: '/not/here', who: 'visitor' },
];

/** A field that is marked as wrong, and tells why. */
const errorsShown = (page: Page): Promise<void> => page.locator('[aria-invalid="true"]').first().waitFor();

/** What pages look like when something happened on them. */
export const states: readonly Sight[] = [
  {
    name: 'log-in-errors', path: '/account', who: 'visitor',
    prepare: async (page: Page): Promise<void> => {
      await page.getByRole('button', { name: 'Open an account' }).click();
      await errorsShown(page);
    },
  },
  {
    name: 'log-in-refused', path: '/account', who: 'visitor',
    prepare: async (page: Page): Promise<void> => {
      await page.getByLabel('Username').fill(`nobody-${randomBytes(6).toString('hex')}`);
      await page.getByLabel('Password').fill('not the password');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('alert').getByText(/./).waitFor();
    },
  },
  {
    name: 'account-errors', path: '/account', who: 'client',
    prepare: async (page: Page): Promise<void> => {
      await page.getByRole('button', { name: 'Transfer', exact: true }).click();
      await errorsShown(page);
    },
  },
  {
    name: 'account-refused', path: '/account', who: 'client',
    prepare: async (page: Page): Promise<void> => {
      await transfer(page, { to: 'Albert Heijn BV', amount: '90000', description: 'Too much' });
      await page.getByRole('status').filter({ hasText: 'Insufficient funds' }).waitFor();
    },
  },
  { name: 'bank-account', path: `/bank?account=${company.iban}`, who: 'employee', prepare: page => page.getByTestId('transaction').first().waitFor() },
  { name: 'bank-no-account', path: '/bank?account=nobody', who: 'employee', prepare: page => page.getByRole('alert').getByText('not an IBAN').waitFor() },
  {
    name: 'account-balance-read', path: '/account', who: 'client',
    prepare: async (page: Page): Promise<void> => {
      await page.getByRole('slider').hover();
      await page.getByTestId('chart-reading').getByText(/^€/).waitFor();
    },
  },
  {
    name: 'offline', path: '/?offline', who: 'visitor',
    prepare: async (page: Page): Promise<void> => {
      // For as long as this is the page: the route cannot be taken back.
      await page.routeWebSocket(/\/graphql$/, socket => {
        if (page.url().endsWith('?offline')) void socket.close();
        else socket.connectToServer();
      });
      await page.reload();
      await connectionNotice(page).waitFor();
    },
  },
];

/** Somebody at a browser for each role, and a client of whom there is something to see. */
export type Cast = Readonly<Record<Who, Visitor>> & { readonly transfer: string }

/** Opens a page as somebody who may see it, and waits until it is as it should be. @throws Error when the bank has no such page */
export const show = async (cast: Cast, { name, path, who, prepare }: Sight): Promise<Page> => {
  const { page } = cast[who];
  await page.goto(path.replace(':transfer', cast.transfer));
  await settled(page);
  const isThere = !(await page.getByRole('heading', { name: 'This page is not here' }).isVisible());
  if (isThere === (name === 'not-found')) throw new Error(`${name}: ${path} is ${isThere ? 'a page' : 'not a page of the bank'}`);
  await prepare?.(page);
  return page;
};

/** Waits until a page has a heading, loads nothing, and stands still. */
export const settled = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
};

/** What a client did lately; amounts in cents. */
const orders = [
  { to: 'Woningstichting Eigen Haard', amount: 92_450, description: 'Rent December' },
  { to: 'Vattenfall', amount: 14_310, description: 'Energy, November' },
  { to: 'NS Reizigers', amount: 2_640, description: 'Utrecht to Amsterdam, return' },
  { to: 'Albert Heijn BV', amount: 4_785, description: 'Groceries' },
  { to: 'Bakkerij van der Berg', amount: 975, description: '' },
  { to: 'Stichting Het Zinkende Schip', amount: 2_500, description: 'Donation' },
];

/** Seats a visitor, a client with some history and an employee. */
export const assemble = async (browser: Browser): Promise<Cast & AsyncDisposable> => {
  const password = randomBytes(9).toString('hex');
  const number = randomBytes(2).readUInt16BE().toString();
  const credentials = { username: 'emma.devries', password };
  const emma = await openAs(credentials).catch(() => {
    // The name is that of an earlier run.
    credentials.username += number;
    return openAs(credentials);
  });
  await live(emma, await openAs({ username: `jonas.bakker${number}`, password }));
  const [visitor, client, employee] = await Promise.all([visit(browser), visit(browser), visit(browser)]);
  await Promise.all([logIn(client.page, credentials), logInAsEmployee(employee.page)]);
  return {
    visitor, client, employee,
    transfer: await emma.newestTransfer(),
    async [Symbol.asyncDispose]() {
      await Promise.all([visitor, client, employee].map(seat => seat[Symbol.asyncDispose]()));
    },
  };
};

/** One thing after the other: the list is read from top to bottom. */
const live = async (emma: Holder, jonas: Holder): Promise<void> => {
  for (const amount of [50_000, 50_000, 50_000, 20_000]) await emma.deposit(amount);
  await jonas.deposit(50_000);
  for (const order of orders) await emma.transfer(order);
  await jonas.transfer({ to: emma.iban, amount: 3_625, description: 'My half of dinner on Friday' });
  await emma.transfer({ to: jonas.iban, amount: 4_150, description: 'Concert tickets, thank you' });
};

/** Both themes. */
export const themes = ['light', 'dark'] as const;

/** A desktop and a phone. */
export const sizes = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
} as const;

/** Gives a page a theme and a size, and waits until nothing moves any more. */
export const dress = async (page: Page, theme: (typeof themes)[number], size: keyof typeof sizes): Promise<void> => {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.setViewportSize(sizes[size]);
  await page.locator(`html.${theme}`).waitFor({ state: 'attached' });
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
};
