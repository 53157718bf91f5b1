import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAllowed, licenceOf } from './licences.ts';
import { directOf, readManifests, readTree, root, unpinnedIn } from './manifests.ts';
import { knownIn, pageOf, pagePath } from './page.ts';

const manifests = readManifests();
const tree = readTree();
const direct = directOf(manifests);
const allowScripts = manifests[0]?.allowScripts ?? {};
const page = readFileSync(pagePath, 'utf8');
const known = knownIn(page);

describe('the page of dependencies', () => {
  it('lists every package that a room asks for, and no other', () => {
    expect([...known.keys()].sort()).toEqual(direct.map(({ name }) => name).sort());
  });

  it('says why each is here, and when it was last released', () => {
    expect([...known].filter(([, { why, released }]) => why.length < 10 || !/^\d{4}-\d\d-\d\d$/.test(released))).toEqual([]);
  });

  it('tells licence, room and install script of each as they are', () => {
    expect(page).toBe(pageOf(page, direct, { tree, allowScripts, known }));
  });

  it('names the servers that Maven brings, in their versions', () => {
    const pom = readFileSync(join(root, 'libs/stack/pom.xml'), 'utf8');
    const valueOf = (version: string): string => /^\$\{(.+)\}$/.exec(version)?.[1]?.replace(/.*/, name => new RegExp(`<${name}>(.+)</${name}>`).exec(pom)?.[1] ?? '') ?? version;
    const artifacts = [...pom.matchAll(/<artifactId>([^<]+)<\/artifactId>\s*(?:<!--.*?-->\s*)?<version>([^<]+)<\/version>/g)].slice(1);
    expect(artifacts.length).toBeGreaterThan(4);
    for (const [, name = '', version = ''] of artifacts) expect(page).toContain(`| \`${name}\` | ${valueOf(version)} |`);
  });
});

it('every version in every package.json is exact, in overrides too', () => {
  expect(manifests.flatMap(manifest => unpinnedIn(manifest).map(found => `${manifest.room}: ${found}`))).toEqual([]);
});

it.each(['^1.2.3', '~1.2.3', '1.2', '1.x', '*', 'latest', '>=1.0.0', '1.2.3 || 2.0.0', 'npm:other@^1.0.0', 'github:a/b', 'file:../x'])('%s is not an exact version', version => {
  const nothing = { room: '.', dependencies: {}, devDependencies: {}, optionalDependencies: {}, overrides: {}, allowScripts: {} };
  expect(unpinnedIn({ ...nothing, overrides: { some: version } })).toEqual([`some ${version}`]);
  expect(unpinnedIn({ ...nothing, dependencies: { some: '1.2.3', other: 'npm:@a/b@1.0.0-beta.1' } })).toEqual([]);
});

describe('licences', () => {
  it('of all packages, direct or not, for running or for building, are among those that may be here', () => {
    expect(tree.length).toBeGreaterThan(500);
    const refused = tree.map(installed => ({ ...installed, licence: licenceOf(installed) })).filter(({ name, licence }) => licence === undefined || !isAllowed(name, licence));
    expect(refused.map(({ name, licence }) => `${name}: ${licence ?? 'no licence'}`)).toEqual([]);
  });

  it.each([
    ['anything', '(MIT OR GPL-3.0-only)', true],
    ['anything', '(MIT AND BSD-3-Clause)', true],
    ['axe-core', 'MPL-2.0', true],
    ['anything', 'MPL-2.0', false],
    ['anything', '(MIT AND GPL-3.0-only)', false],
    ['anything', 'GPL-3.0-only', false],
    ['anything', 'SEE LICENSE IN LICENSE', false],
    ['anything', 'UNLICENSED', false],
  ])('of %s: %s is allowed: %s', (name, expression, isFine) => {
    expect(isAllowed(name, expression)).toBe(isFine);
  });
});

it('whether each package with an install script may run it was decided', () => {
  const undecided = tree.filter(({ name, hasInstallScript }) => hasInstallScript && !(name in allowScripts));
  expect(undecided.map(({ name }) => name)).toEqual([]);
});
