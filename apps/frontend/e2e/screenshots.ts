/** Takes a picture of every page of the bank at BANK_URL, in both themes and sizes, for the documentation. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './browser.ts';
import { assemble, dress, pages, show, themes, type Cast, type Sight } from './pages.ts';

const folder = join(import.meta.dirname, '../../../docs/images/screens');
/** Keeps the repository small. */
const mostBytes = 300_000;

/** @throws Error when a picture is too large, or the bank has no such page */
const take = async (cast: Cast, sight: Sight): Promise<void> => {
  const page = await show(cast, sight);
  for (const theme of themes) {
    for (const size of ['desktop', 'phone'] as const) {
      await dress(page, theme, size);
      const file = `${sight.name}-${theme}-${size}.png`;
      const { length } = await page.screenshot({ path: join(folder, file), animations: 'disabled', caret: 'hide' });
      console.info(`${file}: ${Math.ceil(length / 1_000)} kB`);
      if (length > mostBytes) throw new Error(`${file} is larger than ${mostBytes / 1_000} kB`);
    }
  }
};

mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  await using cast = await assemble(browser);
  for (const sight of pages) {
    // One that fails is told, and does not keep the others from being taken.
    await take(cast, sight).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    });
  }
} finally {
  await browser.close();
}
