/** docs/reference/dependencies.md: its tables are written by what is installed; why a package is here stands in them by hand. */
import { join } from 'node:path';
import { licenceOf } from './licences.ts';
import { root, type Direct, type Installed } from './manifests.ts';

export const pagePath = join(root, 'docs/reference/dependencies.md');

/** What cannot be found out from the folders of the workspace. */
export type Known = { readonly why: string; readonly released: string };

const begin = '<!-- tables: written by scripts/dependencies/main.ts, the second column by hand -->';
const end = '<!-- end of tables -->';

const row = /^\| `(?<name>[^`]+)` \| (?<why>.*?) \|.*\| (?<released>[\d-]*) \| [^|]* \|$/gm;

/** What the page says of each package that it lists. */
export const knownIn = (page: string): ReadonlyMap<string, Known> =>
  new Map([...page.matchAll(row)].map(({ groups: { name = '', why = '', released = '' } = {} }) => [name, { why, released }]));

/** Where a package is listed: with its room, or with what several rooms use. */
const headingOf = ({ rooms: [first = '.', ...more] }: Direct): string => {
  if (first === '.') return 'The workspace: build, checks and tests';
  return more.length > 0 ? 'Several rooms' : `\`${first}\``;
};

/** Of a package: whether it has something to run when it is installed, and whether it may. */
const scriptOf = (name: string, tree: readonly Installed[], allowScripts: Readonly<Record<string, boolean>>): string => {
  if (!tree.some(installed => installed.name === name && installed.hasInstallScript)) return '';
  return allowScripts[name] ? 'runs' : 'not run';
};

/** The page with its tables as they should be; a package that is new has nothing in its second column. */
export const pageOf = (page: string, direct: readonly Direct[], { tree, allowScripts, known }: {
  readonly tree: readonly Installed[];
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly known: ReadonlyMap<string, Known>;
}): string => {
  const lineOf = ({ name, ships }: Direct): string => {
    const { why = '', released = '' } = known.get(name) ?? {};
    const { license } = tree.find(({ path }) => path === `node_modules/${name}`) ?? {};
    return `| \`${name}\` | ${why} | ${ships ? 'yes' : ''} | ${licenceOf({ name, license }) ?? ''} | ${released} | ${scriptOf(name, tree, allowScripts)} |`;
  };
  const tables = [...Map.groupBy(direct, headingOf)].sort(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1)).map(([heading, packages]) =>
    [`### ${heading}`, '', '| package | why | ships | licence | last release | install script |', '|---|---|---|---|---|---|', ...packages.map(lineOf), ''].join('\n'));
  const [before = '', after = ''] = [page.split(begin)[0], page.split(end)[1]];
  return `${before}${begin}\n\n${tables.join('\n')}\n${end}${after}`;
};

/** Several rooms first, then the rooms by name, and at last what only builds and tests them. */
const order = (heading: string): number => (heading === 'Several rooms' ? 0 : heading.startsWith('`') ? 1 : 2);
