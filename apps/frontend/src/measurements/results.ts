/** Fetches result files from the bank. A file that cannot be read is told of, and the others are shown. */
import { listOf, textOf, UnreadableResult } from './json.ts';

export const resultsPath = '/results/';
export const seedPath = '/results/seed/results.json';

export type Problem = { readonly file: string; readonly reason: string };

export type Read<T> = { readonly results: readonly T[]; readonly problems: readonly Problem[] };

/** Gets what a path holds. @throws Error whose message is for people */
export type GetJson = (path: string) => Promise<unknown>;

export const getJson: GetJson = async path => {
  const response = await fetch(path, { headers: { accept: 'application/json' } }).catch(() => {
    throw new UnreadableResult('the bank cannot be reached');
  });
  if (!response.ok) throw new UnreadableResult(`the bank answered with ${String(response.status)}`);
  return response.json().catch(() => {
    throw new UnreadableResult('it is not JSON');
  });
};

/** The paths of all results, newest first. @throws Error whose message is for people */
export const listResults = async (get: GetJson = getJson): Promise<readonly string[]> =>
  listOf(await get(resultsPath), 'the list of results').map(name => `${resultsPath}${encodeURIComponent(textOf(name, 'the name of a result'))}`);

/** Those of one scenario, of names like 20250131T120000Z-drain.json. */
export const ofScenario = (paths: readonly string[], scenario: string): readonly string[] => paths.filter(path => path.endsWith(`Z-${scenario}.json`));

/** Reads files at once, in the order given. */
export const readResults = async <T>(paths: readonly string[], parse: (json: unknown, href: string) => T, get: GetJson = getJson): Promise<Read<T>> => {
  const results: T[] = [];
  const problems: Problem[] = [];
  const settled = await Promise.allSettled(paths.map(async path => parse(await get(path), path)));
  for (const [index, file] of paths.entries()) {
    const outcome = settled[index];
    if (outcome?.status === 'fulfilled') results.push(outcome.value);
    else problems.push({ file, reason: outcome?.reason instanceof Error ? outcome.reason.message : 'it could not be read' });
  }
  return { results, problems };
};
