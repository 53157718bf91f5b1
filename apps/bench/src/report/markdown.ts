/** Pieces of a page in Markdown. */
import type { Result } from './results.ts';

/** A part of the page, and the plots that it shows by their file names. */
export type Section = { readonly text: string; readonly plots: Readonly<Record<string, string>> };

const escaped = (cell: string): string => cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;

export const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [line(heading), `|${heading.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');

/** Three digits, or all before the point when there are more; thousands set apart. */
const brief = (value: number): string => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3))));

/** A figure, and in brackets from the least to the most when they differ. */
export const figure = (value: number, { least = value, most = value }: { readonly least?: number | undefined; readonly most?: number | undefined } = {}): string =>
  least === most ? brief(value) : `${brief(value)} (${brief(least)}–${brief(most)})`;

const word = (argument: string): string => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`);

/** What was typed; older results do not tell the options. */
export const commandOf = ({ scenario, arguments: words }: Result): string =>
  `\`npx nx run bench:${scenario}${words === undefined ? '' : ` ${['--', ...words].map(word).join(' ')}`.replace(/ --$/, '')}\`${words === undefined ? ', options not recorded' : ''}`;

const gibibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 30)} GiB`;

export const machineOf = ({ machine: { processor, cores, memoryBytes, loadBefore } }: Result): string =>
  `${cores} × ${processor}, ${gibibytes(memoryBytes)}, load ${loadBefore.toFixed(1)} before`;

export const linkOf = ({ file }: Result): string => `[${file.slice(0, -'.json'.length)}](../../apps/bench/results/${file})`;

/** Where figures come from, in a sentence. */
export const about = (result: Result): string => `${linkOf(result)}: ${commandOf(result)}, revision ${result.revision}, ${machineOf(result)}`;

/** The same of several results, as a list. */
export const notes = (results: readonly Result[]): string => [...new Set(results)].map(result => `- ${about(result)}`).join('\n');
