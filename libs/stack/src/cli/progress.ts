/** Shows parts as they start: a line for each that is ready, and on a terminal the time that the others have taken so far. */
import { performance } from 'node:perf_hooks';
import { styleText } from 'node:util';
import type { PartStatus } from '../supervisor/status.ts';

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const frameMs = 80;
/** The longest name of a part and some room. */
const nameWidth = 28;
const timeWidth = 8;

/** 1,234 ms as "1.2 s". */
export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const line = (mark: string, name: string, ms: number): string => `  ${mark} ${name.padEnd(nameWidth)}${seconds(ms).padStart(timeWidth)}`;

/** Where text goes: a terminal, or a file or pipe. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Colour where the terminal has it and NO_COLOR does not forbid it. */
export const paint = (style: Parameters<typeof styleText>[0], text: string, stream: Output = process.stdout): string =>
  styleText(style, text, { stream });

/** The progress of a start; disposing of it leaves the lines of what is ready, and no moving ones. */
export class Progress implements Disposable {
  readonly #output: Output;
  readonly #since = new Map<string, number>();
  readonly #clock: NodeJS.Timeout | undefined;
  #movingLines = 0;
  #frame = 0;

  constructor(output: Output) {
    this.#output = output;
    this.#clock = output.isTTY === true ? setInterval(() => this.#draw([]), frameMs) : undefined;
  }

  show({ name, state }: PartStatus): void {
    const since = this.#since.get(name);
    if (state === 'starting') this.#since.set(name, since ?? performance.now());
    if (since === undefined || state === 'starting' || state === 'restarting') return;
    this.#since.delete(name);
    const isReady = state === 'ready' || state === 'done';
    const mark = isReady ? paint('green', '✓', this.#output) : paint('red', '✗', this.#output);
    if (isReady || state === 'failed') this.#draw([line(mark, name, performance.now() - since)]);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#clock);
    this.#since.clear();
    this.#draw([]);
  }

  /** Writes the lasting lines over the moving ones, and these anew below. */
  #draw(lasting: readonly string[]): void {
    this.#frame += 1;
    const spinner = paint('cyan', frames[this.#frame % frames.length] ?? '', this.#output);
    const underWay = this.#output.isTTY === true ? [...this.#since] : [];
    const moving = underWay.map(([name, since]) => line(spinner, name, performance.now() - since));
    const toTop = this.#movingLines === 0 ? '' : `\x1b[${this.#movingLines}A\x1b[J`;
    this.#output.write(toTop + [...lasting, ...moving].map(text => `${text}\n`).join(''));
    this.#movingLines = moving.length;
  }
}
