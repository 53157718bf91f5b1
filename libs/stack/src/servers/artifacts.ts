/** Fetches Kafka and the schema registry, once for each version of the pom.xml that names them. */
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isThere } from '../files.ts';
import { workspaceRoot } from '../workspace.ts';
import { findMaven } from './java.ts';

export type Artifacts = {
  /** Holds all of them; another version of the pom.xml has another folder. */
  readonly folder: string;
  /** Java's class path of the Kafka broker and its tools. */
  readonly kafkaClassPath: string;
  /** The schema registry's runnable jar. */
  readonly registryJar: string;
};

const pom = join(workspaceRoot, 'libs/stack/pom.xml');
/** Not below node_modules, which npm ci throws away, also under a running bank. */
const usualCache = join(workspaceRoot, '.cache');
/** A download that is this old and still not in place was interrupted. */
const abandonedAfterMs = 60 * 60_000;

const removeAbandoned = async (cache: string): Promise<void> => {
  const partial = (await readdir(cache)).filter(name => name.includes('.partial-')).map(name => join(cache, name));
  const ages = await Promise.all(partial.map(async path => ({ path, ageMs: Date.now() - (await stat(path)).mtimeMs })));
  await Promise.all(ages.filter(({ ageMs }) => ageMs > abandonedAfterMs).map(({ path }) => rm(path, { recursive: true, force: true })));
};

/** Maven works in the folder of its pom, so what it leaves behind there moves or goes with the folder. */
const runMaven = async (folder: string, signal: AbortSignal | undefined): Promise<void> => {
  const maven = findMaven();
  await copyFile(pom, join(folder, 'pom.xml'));
  try {
    const goal = ['--batch-mode', '--quiet', '--file', join(folder, 'pom.xml'), 'process-resources'];
    await promisify(execFile)(maven, goal, { signal });
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
    throw new Error(`Maven could not fetch the servers of ${pom}\n${output}`, { cause: error });
  }
};

/** Downloads into a folder of its own, then moves that in place at once: an interrupted download is never taken for a complete one. */
const download = async (destination: string, signal: AbortSignal | undefined): Promise<void> => {
  const partial = `${destination}.partial-${randomUUID()}`;
  await mkdir(partial, { recursive: true });
  try {
    await runMaven(partial, signal);
    await rename(partial, destination);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const someoneElseWasFirst = await isThere(destination);
    if (!someoneElseWasFirst) throw error;
  }
};

export type InstallOptions = {
  readonly signal?: AbortSignal;
  /** Where versions of the servers are kept. */
  readonly cache?: string;
};

/**
 * Where the servers' files are; downloads them when they are not there yet.
 *
 * @throws MissingToolError when they must be downloaded and Maven is missing
 */
export const installArtifacts = async ({ signal, cache = usualCache }: InstallOptions = {}): Promise<Artifacts> => {
  const version = createHash('sha256').update(await readFile(pom)).digest('hex').slice(0, 12);
  const folder = join(cache, `servers-${version}`);
  if (!(await isThere(folder))) {
    await download(folder, signal);
    await removeAbandoned(cache);
  }
  const jar = (await readdir(join(folder, 'registry'))).find(name => name.endsWith('-runner.jar'));
  if (jar === undefined) throw new Error(`no runnable jar in ${join(folder, 'registry')}; remove ${folder} and try again`);
  return { folder, kafkaClassPath: join(folder, 'kafka/*'), registryJar: join(folder, 'registry', jar) };
};
