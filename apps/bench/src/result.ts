/** Where results go: one JSON file a run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where results are kept; who runs a scenario for itself alone has them put elsewhere by the environment. */
export const resultsFolder = (): string => process.env['BENCH_RESULTS_DIR'] ?? join(import.meta.dirname, '../results');

/**
 * Writes a result as `<UTC time>-<scenario>.json`, with what stood on the command line.
 *
 * @param options.folder where to; BENCH_RESULTS_DIR, else apps/bench/results, when left out
 * @returns the file's path
 */
export const writeResult = (scenario: string, result: object, { at, folder = resultsFolder() }: { readonly at: Date; readonly folder?: string }): string => {
  const time = at.toISOString().replaceAll(/[:-]/g, '').replace(/\.\d+/, '');
  const path = join(folder, `${time}-${scenario}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path, `${JSON.stringify({ scenario, at: at.toISOString(), arguments: process.argv.slice(2), ...result }, undefined, 2)}\n`);
  return path;
};
