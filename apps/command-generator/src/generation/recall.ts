/** Which accounts are to be asked for again: after a restart, or when another instance took over for a while, beats went by unseen. */
import { creationBeats } from '../mix/beats.ts';

/**
 * The beats that opened an account and went by unseen.
 *
 * @param seenBelow every beat below this was seen or asked for
 * @param beats those that came now, in their order
 */
export function* unseenCreationBeats(seenBelow: number, beats: readonly number[]): Generator<number> {
  let next = seenBelow;
  for (const beat of beats) {
    yield* creationBeats(next, beat);
    next = Math.max(next, beat + 1);
  }
}

/** Items in their order, in arrays of at most so many. */
export function* chunksOf<T>(items: Iterable<T>, size: number): Generator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
