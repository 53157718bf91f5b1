/** Random numbers that belong to one beat of one seed: asked for again, they come again. */
import { murmur2 } from '@bank/topology';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws a whole number from a range, both ends included. Each call draws the next. */
export type Random = (from: number, to: number) => number;

const utf8 = new TextEncoder();

/** The numbers of a beat. */
export const randomOf = (seed: string, beat: number): Random => {
  const generator = xoroshiro128plus(murmur2(utf8.encode(`${seed}/${beat}`)));
  return (from, to) => uniformInt(generator, from, to);
};

/** Draws one of some values. */
export const oneOf = <T>(random: Random, [first, ...rest]: readonly [T, ...T[]]): T => rest[random(0, rest.length) - 1] ?? first;
