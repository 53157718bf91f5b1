/** Writes the page of measurements and its plots from the results there are. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { resultsFolder } from '../result.ts';
import { seedCampaigns } from './campaign.ts';
import { pageOf } from './page.ts';
import { readResults } from './results.ts';

const help = `bench report: writes docs/explanation/measurements.md and its plots in docs/images/measurements from the newest results

  --results DIR    where the results are (apps/bench/results)
  --docs DIR       where explanation/ and images/ are (docs)

It measures nothing. The same results give the same files, byte for byte; what there is no result of yet, the page says.`;

const { values } = parseArgs({
  options: {
    results: { type: 'string', default: resultsFolder() },
    docs: { type: 'string', default: join(import.meta.dirname, '../../../../docs') },
    help: { type: 'boolean', default: false },
  },
});

const others = ['confirm', 'live', 'rebuild', 'startup', 'load', 'crash', 'conserve', 'audit'];

const write = (path: string, content: string): void => {
  writeFileSync(path, content);
  console.log(`written to ${relative(process.cwd(), path)}`);
};

const run = (): void => {
  const results = readResults(values.results);
  const seed = seedCampaigns(join(import.meta.dirname, '../../seed/results.json'));
  const { markdown, plots } = pageOf(results, seed, others);
  const [pages, images] = [join(values.docs, 'explanation'), join(values.docs, 'images/measurements')];
  // A plot of which the results are gone must not stay.
  rmSync(images, { recursive: true, force: true });
  for (const folder of [pages, images]) mkdirSync(folder, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) write(join(images, name), svg);
  write(join(pages, 'measurements.md'), markdown);
};

if (values.help) console.log(help);
else run();
