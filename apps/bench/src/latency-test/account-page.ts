/** The page of a client in a browser: what is clicked there, and how long it takes until the new balance stands in the list. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, ElementHandle, Locator, Page } from 'playwright-core';
import type { Credentials } from '../bank/client.ts';
import { locale, showMoney, type Click } from './click.ts';
import { now } from './clock.ts';
import { watch, type Seen } from './watch.ts';

/** A click whose balance is not shown for longer is a miss, as in the article's test. */
export const missAfterMs = 5_000;

/** How long before a click its form is filled and the mouse moved to its button. */
const prepareMs = 600;
/** So that nothing has to be scrolled to. */
const viewport = { width: 1280, height: 1_400 };
/** Questions to the page by which the clocks are compared: the one that is answered fastest tells best. */
const questions = 10;

type Due = { readonly kind: Click['kind']; readonly dueMs: number };

/** A click whose new balance was shown in time. Times are in milliseconds since 1970, by our clock. */
export type ShownClick = Due & { readonly isMiss: false; readonly clickedMs: number; readonly shownMs: number; readonly transferId: string };

/** A click, and for one that was missed what the page told its user meanwhile. */
export type Clicked = ShownClick | (Due & { readonly isMiss: true; readonly said: string });

export class AccountPage implements AsyncDisposable {
  readonly #page: Page;
  /** Buttons and fields stay what they are as long as the page does: each is looked up once. */
  readonly #controls = new Map<string, ElementHandle<HTMLElement | SVGElement>>();
  /** Cents, of all clicks so far; not known any more once one was missed, for it may come at any time. */
  #balance: bigint | undefined = 0n;
  /** By how much our clock is ahead of the page's. */
  #aheadMs = 0;

  private constructor(page: Page) {
    this.#page = page;
  }

  /**
   * Logs a client in, whose account has not been used.
   *
   * @throws Error when there is no such page, as when the frontend is not built, or no such client
   */
  static async logIn(browser: Browser, url: string, { username, password }: Credentials): Promise<AccountPage> {
    // Without animations: each new row would keep the browser busy for seconds, which the bank's parts then lack.
    const context = await browser.newContext({ baseURL: url, locale, viewport, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const response = await page.goto('/account');
    if (response?.ok() !== true) throw new Error(`${url}/account was answered with ${response?.status() ?? 'nothing'}: is the frontend built?`);
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByTestId('iban').waitFor();
    return new AccountPage(page);
  }

  /** Compares the page's clock with ours; to be done now and then, for they drift apart. */
  async compareClocks(): Promise<void> {
    let fastestMs = Infinity;
    for (let count = 0; count < questions; count += 1) {
      const askedMs = now();
      const theirMs = await this.#page.evaluate(() => performance.timeOrigin + performance.now());
      const tookMs = now() - askedMs;
      if (tookMs < fastestMs) [fastestMs, this.#aheadMs] = [tookMs, askedMs + tookMs / 2 - theirMs];
    }
  }

  /**
   * Clicks when it is due, or as soon as the page lets one, and waits for the row.
   *
   * @throws the signal's reason when it is aborted
   */
  async click(click: Click, dueMs: number, signal: AbortSignal): Promise<Clicked> {
    await delay(dueMs - prepareMs - now(), undefined, { signal });
    const { kind } = click;
    if (this.#balance !== undefined) this.#balance += click.changedBy;
    const row = this.#balance === undefined ? click.row : [...click.row, showMoney(this.#balance)];
    const controls = await this.#controlsOf(click);
    await using watching = await this.#page.evaluateHandle(watch, { ...controls, row, withinMs: Math.max(0, dueMs + missAfterMs - now()) });
    const place = await watching.evaluate(watched => watched.place);
    if (place) {
      const { mouse } = this.#page;
      await mouse.move(place.x, place.y);
      await delay(dueMs - now(), undefined, { signal });
      await Promise.all([mouse.down(), mouse.up()]);
      const clicked = this.#clickedOf(await watching.evaluate(watched => watched.seen));
      if (clicked && clicked.shownMs - dueMs <= missAfterMs) return { kind, dueMs, isMiss: false, ...clicked };
    }
    this.#balance = undefined;
    return { kind, dueMs, isMiss: true, said: (await this.#page.getByRole('status').allInnerTexts()).filter(text => text !== '').join(' ') };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#page.context().close();
  }

  /** What was seen of a click, by our clock; undefined when it was not all seen. */
  #clickedOf({ clickedMs, shownMs, transferId }: Seen): Pick<ShownClick, 'clickedMs' | 'shownMs' | 'transferId'> | undefined {
    if (clickedMs === undefined || shownMs === undefined || transferId === undefined) return undefined;
    return { clickedMs: clickedMs + this.#aheadMs, shownMs: shownMs + this.#aheadMs, transferId };
  }

  async #controlsOf(click: Click) {
    const button = (name: string) => this.#control(name, this.#page.getByRole('button', { name, exact: true }));
    const field = async (name: string, text: string) => ({ input: await this.#control(name, this.#page.getByLabel(name, { exact: true })), text });
    if (click.kind === 'deposit') return { button: await button(click.button), fields: [] };
    return { button: await button('Transfer'), fields: [await field('To', click.to), await field('Amount', click.amount), await field('Description', click.description)] };
  }

  async #control(name: string, locator: Locator): Promise<ElementHandle<HTMLElement | SVGElement>> {
    const control = this.#controls.get(name) ?? (await locator.elementHandle());
    this.#controls.set(name, control);
    return control;
  }
}
