/** Lighthouse on a page of the running bank, as on a desktop. */
import { launch } from './browser.ts';
import { freePort } from './port.ts';

const categories = ['performance', 'accessibility', 'best-practices'] as const;

/** From 0 to 100. */
export type Scores = Readonly<Record<(typeof categories)[number], number>>;

/** Inspects a page once, in a browser of its own. @throws Error when Lighthouse cannot score it */
export const inspect = async (url: string): Promise<Scores> => {
  // Takes a second to load, and what only wants the type of a score need not wait for it.
  const { default: lighthouse, desktopConfig } = await import('lighthouse');
  const port = await freePort();
  const browser = await launch(`--remote-debugging-port=${port}`);
  try {
    const result = await lighthouse(url, { port, onlyCategories: [...categories], output: 'json', logLevel: 'error' }, desktopConfig);
    const scoreOf = (category: (typeof categories)[number]): number => {
      const score = result?.lhr.categories[category]?.score;
      if (score === undefined || score === null) throw new Error(`Lighthouse has no score of ${category} for ${url}`);
      return Math.round(score * 100);
    };
    return { performance: scoreOf('performance'), accessibility: scoreOf('accessibility'), 'best-practices': scoreOf('best-practices') };
  } finally {
    await browser.close();
  }
};
