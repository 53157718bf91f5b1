/** Debian's Chromium, and the process that it is. */
import { chromium, type Browser } from 'playwright-core';

/** Debian's place for it, unless CHROMIUM_PATH says otherwise. */
export const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export type Chromium = AsyncDisposable & {
  readonly browser: Browser;
  /** The process of which all others of the browser descend. */
  readonly pid: number;
};

/** Starts a Chromium that works as root, without a GPU, and talks to nobody but the bank. */
export const startChromium = async (): Promise<Chromium> => {
  const browser = await chromium.launch({
    executablePath,
    // Whoever is asked to stop here closes it in its turn.
    handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync',
    ],
  });
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pid = processInfo.find(({ type }) => type === 'browser')?.id;
  if (pid === undefined) throw new Error('Chromium does not tell its process');
  return { browser, pid, [Symbol.asyncDispose]: () => browser.close() };
};
