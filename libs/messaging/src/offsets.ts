/** Offsets as they are committed and kept: the next to read, not the last that was read. */
import type { Position } from './port.ts';

/** The next offset to read of each partition in which something was done. */
export const nextOffsets = (done: readonly Position[]): readonly Position[] => {
  const next = new Map<string, Position>();
  for (const { topic, partition, offset } of done) {
    const name = `${topic}/${partition}`;
    const known = next.get(name);
    if (!known || known.offset <= offset) next.set(name, { topic, partition, offset: offset + 1n });
  }
  return [...next.values()];
};
