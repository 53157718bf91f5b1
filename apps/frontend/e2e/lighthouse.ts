/** Lighthouse on a page of the running bank, as on a desktop. */
import { launch } from './browser.ts';
import { freePort } from './port.ts';

type Category = 'performance' | 'accessibility' | 'best-practices';

/** Inspects a page once, in a browser of its own, and gives the score of each category, from 0 to 100. @throws Error when Lighthouse cannot score it */
export const inspect = async <C extends Category>(url: string, categories: readonly C[]): Promise<Readonly<Record<C, number>>> => {
  // Takes a second to load, and what only wants the type of a score need not wait for it.
  const { default: lighthouse, desktopConfig } = await import('lighthouse');
  const port = await freePort();
  const browser = await launch(`--remote-debugging-port=${port}`);
  try {
    const result = await lighthouse(url, { port, onlyCategories: [...categories], output: 'json', logLevel: 'error' }, desktopConfig);
    const scores = categories.map(category => {
      const score = result?.lhr.categories[category]?.score;
      if (score === undefined || score === null) throw new Error(`Lighthouse has no score of ${category} for ${url}`);
      return [category, Math.round(score * 100)] as const;
    });
    return Object.fromEntries(scores) as Record<C, number>;
  } finally {
    await browser.close();
  }
};
