/** The results that are reported: of each scenario and setting the newest. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Result = z.looseObject({
  scenario: z.string(),
  at: z.string(),
  machine: z.object({ processor: z.string(), cores: z.number(), memoryBytes: z.number(), loadBefore: z.number() }),
  revision: z.string(),
  /** What stood behind the scenario on the command line; older results do not tell. */
  arguments: z.array(z.string()).optional(),
});

/** What every result tells, and the fields of its scenario beside that. */
export type Result = z.output<typeof Result> & { readonly file: string };

/**
 * Reads all results of a folder, newest first.
 *
 * @throws Error that names the file which is no result
 */
export const readResults = (folder: string): readonly Result[] =>
  readdirSync(folder).filter(file => /^\d{8}T\d{6}Z-[\w-]+\.json$/.test(file)).sort().reverse().map(file => {
    try {
      return { ...Result.parse(JSON.parse(readFileSync(join(folder, file), 'utf8'))), file };
    } catch (cause) {
      throw new Error(`${join(folder, file)} is no result of a scenario`, { cause });
    }
  });

/** What a result tells of one setting, and the result. */
export type Told<T> = { readonly setting: string; readonly result: Result; readonly parsed: T };

const inOrder = new Intl.Collator('en', { numeric: true });

/**
 * What the newest results of a scenario tell of each setting, in the order of the settings' names.
 *
 * @param parse reads what a result tells, of one setting or of several
 * @param settingOf names what makes two of them comparable
 * @throws Error that names the file which does not hold what it should
 */
export const newest = <T>(
  results: readonly Result[], scenario: string, { parse, settingOf }: { readonly parse: (result: Result) => readonly T[]; readonly settingOf: (parsed: T) => string },
): readonly Told<T>[] => {
  const found = new Map<string, Told<T>>();
  for (const result of results.filter(one => one.scenario === scenario)) {
    for (const parsed of parsing(result, parse)) {
      const setting = settingOf(parsed);
      if (!found.has(setting)) found.set(setting, { setting, result, parsed });
    }
  }
  return [...found.values()].sort((a, b) => inOrder.compare(a.setting, b.setting));
};

const parsing = <T>(result: Result, parse: (result: Result) => T): T => {
  try {
    return parse(result);
  } catch (cause) {
    throw new Error(`${result.file} is not what a result of ${result.scenario} should be`, { cause });
  }
};
