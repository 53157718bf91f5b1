/** What the workspace depends on: the package.json of each room, and what package-lock.json made of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const root = join(import.meta.dirname, '../..');

const Versions = z.record(z.string(), z.string()).default({});

const Manifest = z.object({
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  overrides: Versions,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});

export type Manifest = z.output<typeof Manifest> & {
  /** The folder of the package.json from the workspace's root on; the root itself is `.`. */
  readonly room: string;
};

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** The package.json of every room, the workspace's own first. */
export const readManifests = (): readonly Manifest[] => {
  const inside = ['apps', 'libs'].flatMap(folder => readdirSync(join(root, folder)).map(name => `${folder}/${name}`));
  return ['.', ...inside, 'docker', 'scripts']
    .filter(room => existsSync(join(root, room, 'package.json')))
    .map(room => ({ room, ...Manifest.parse(readJson(`${room}/package.json`)) }));
};

const Locked = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  link: z.boolean().default(false),
  dev: z.boolean().default(false),
  hasInstallScript: z.boolean().default(false),
});

/** A package as it is installed. */
export type Installed = z.output<typeof Locked> & { readonly name: string; /** Its folder. */ readonly path: string };

const modules = 'node_modules/';

/** Every package of the tree, for every platform, whether or not it is of this one. */
export const readTree = (): readonly Installed[] => {
  const { packages } = z.object({ packages: z.record(z.string(), Locked) }).parse(readJson('package-lock.json'));
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes(modules) && !link)
    .map(([path, locked]) => ({ ...locked, path, name: path.slice(path.lastIndexOf(modules) + modules.length) }));
};

/** A package that a room asks for by name. */
export type Direct = { readonly name: string; readonly rooms: readonly string[]; /** Whether it is there when the bank runs, not only to build and test it. */ readonly ships: boolean };

const isOurs = (name: string): boolean => name.startsWith('@bank/');

/** The packages that rooms ask for, by name. */
export const directOf = (manifests: readonly Manifest[]): readonly Direct[] => {
  const asked = manifests.flatMap(({ room, dependencies, optionalDependencies, devDependencies }) => [
    ...Object.keys({ ...dependencies, ...optionalDependencies }).map(name => ({ name, room, ships: true })),
    ...Object.keys(devDependencies).map(name => ({ name, room, ships: false })),
  ]);
  return [...Map.groupBy(asked.filter(({ name }) => !isOurs(name)), ({ name }) => name)]
    .map(([name, uses]) => ({ name, rooms: uses.map(({ room }) => room), ships: uses.some(({ ships }) => ships) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** Versions that are not exact: the name, and what stands there. */
export const unpinnedIn = ({ dependencies, devDependencies, optionalDependencies, overrides }: Manifest): readonly string[] =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides })
    .filter(([, version]) => !/^(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`);
