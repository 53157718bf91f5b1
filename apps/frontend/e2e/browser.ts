/** Debian's Chromium, and people who sit at it: each has cookies of their own, and everything their browser complains about is kept. */
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** The folder in which a bank keeps everything when setup.sh is given no other. */
export const usualBank = join(import.meta.dirname, '../../../.bank');

/** Where the bank is. */
export const bankUrl = process.env['BANK_URL'] ?? 'http://127.0.0.1:8080';

/** A browser window of somebody who shares nothing with the others. */
export type Visitor = {
  readonly page: Page;
  /** Errors on the console, uncaught exceptions, and violations of the content security policy; empty when all is well. */
  readonly complaints: readonly string[];
} & AsyncDisposable

/** Starts a Chromium that works as root, without a GPU, and talks to nobody but the bank. */
export const launch = (...more: readonly string[]): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', ...more,
    ],
  });

/** Seats somebody at a browser, in British English, so that money reads €1,234.50. */
export const visit = async (browser: Browser, baseURL = bankUrl): Promise<Visitor> => {
  const context = await browser.newContext({ baseURL, locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`content security policy: ${violatedDirective} forbids ${blockedURI}`);
    });
  });
  const page = await context.newPage();
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', error => complaints.push(`uncaught: ${error.message}`));
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
};
