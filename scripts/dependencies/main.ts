/**
 * Brings docs/reference/dependencies.md up to date: node --conditions=@bank/source scripts/dependencies/main.ts
 *
 * Of each direct dependency the day of its last release is asked for by `npm view`; why it is here is for a person to write.
 */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import { directOf, readManifests, readTree } from './manifests.ts';
import { knownIn, pageOf, pagePath, type Known } from './page.ts';

const Released = z.object({ 'dist-tags.latest': z.string(), time: z.record(z.string(), z.iso.datetime({ offset: true })) });

/** The day on which the newest version of a package was published. */
const releasedOf = async (name: string): Promise<string> => {
  const { stdout } = await promisify(execFile)('npm', ['view', name, 'dist-tags.latest', 'time', '--json']);
  const { 'dist-tags.latest': latest, time } = Released.parse(JSON.parse(stdout));
  return time[latest]?.slice(0, 10) ?? '';
};

const manifests = readManifests();
const direct = directOf(manifests);
const page = readFileSync(pagePath, 'utf8');
const before = knownIn(page);
const known = new Map<string, Known>();
// One after the other: the registry is others' too.
for (const { name } of direct) known.set(name, { why: before.get(name)?.why ?? '', released: await releasedOf(name) });
writeFileSync(pagePath, pageOf(page, direct, { tree: readTree(), allowScripts: manifests[0]?.allowScripts ?? {}, known }));
console.log(`${direct.length} direct dependencies written to docs/reference/dependencies.md`);
for (const [name, { why }] of known) if (why === '') console.log(`say why ${name} is here`);
