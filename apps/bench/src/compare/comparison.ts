/** What the rounds of a comparison came to, as people and as data. */
import { median } from '../median.ts';
import type { Figure } from './figures.ts';

/** What one handler came to in one round. */
export type Round = { readonly handler: string; readonly figures: readonly Figure[] };

export type Spread = { readonly median: number; readonly least: number; readonly most: number };

export type Compared = {
  readonly name: string;
  readonly unit: string;
  readonly handlers: readonly {
    readonly handler: string;
    /** One for each round, in their order. */
    readonly values: readonly number[];
    readonly spread: Spread;
    /** To the first handler's in the same round, so that what slowed both does not count. */
    readonly ratio: Spread;
  }[];
};

const spreadOf = (values: readonly number[]): Spread => ({ median: median(values), least: Math.min(...values), most: Math.max(...values) });

/** Figure by figure; those that not every handler has in every round, as when one did not get so far, are left out. */
export const compare = (handlers: readonly string[], rounds: readonly Round[]): readonly Compared[] => {
  const all = Map.groupBy(rounds.flatMap(({ handler, figures }) => figures.map(figure => ({ ...figure, handler }))), ({ name }) => name);
  return [...all].flatMap(([name, figures]) => {
    const [first] = figures;
    if (!first || figures.length < rounds.length) return [];
    const valuesOf = (handler: string): readonly number[] => figures.filter(figure => figure.handler === handler).map(({ value }) => value);
    const base = valuesOf(handlers[0] ?? '');
    return [{
      name,
      unit: first.unit,
      handlers: handlers.map(handler => {
        const values = valuesOf(handler);
        return { handler, values, spread: spreadOf(values), ratio: spreadOf(values.map((value, round) => value / (base[round] ?? NaN))) };
      }),
    }];
  });
};

const brief = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3));
const inBrief = ({ median: middle, least, most }: Spread): string => (least === most ? brief(middle) : `${brief(middle)} (${brief(least)}–${brief(most)})`);

/** A line for each handler under each figure: the median and the spread, and the ratio to the first. */
export const table = (compared: readonly Compared[]): string => {
  const width = Math.max(...compared.flatMap(({ handlers }) => handlers.map(({ handler }) => handler.length)));
  return compared.flatMap(({ name, unit, handlers }) => [
    `${name}, ${unit}`,
    ...handlers.map(({ handler, spread, ratio }, at) =>
      `  ${handler.padEnd(width)}  ${inBrief(spread).padEnd(26)}${at === 0 ? '' : `× ${inBrief(ratio)} of ${handlers[0]?.handler}`}`.trimEnd()),
  ]).join('\n');
};
