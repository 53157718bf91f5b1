/** Hands on what arrives: the first at once, what follows within the same frame together in the next. */

export type FrameBatch<Item> = {
  readonly add: (item: Item) => void;
  /** Hands on what waits, now. */
  readonly flush: () => void;
  /** What waits is dropped. */
  readonly stop: () => void;
}

/** A page in the background gets no frames: then this is the wait. */
const longestWaitMs = 250;

/** @param take gets at least one item, in the order of arrival */
export const createFrameBatch = <Item>(take: (items: readonly Item[]) => void): FrameBatch<Item> => {
  let waiting: Item[] = [];
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame);
    clearTimeout(timer);
    frame = undefined;
    waiting = [];
  };
  const wait = (): void => {
    frame = requestAnimationFrame(handOn);
    timer = setTimeout(handOn, longestWaitMs);
  };
  function handOn(): void {
    const items = waiting;
    stop();
    if (items.length === 0) return;
    take(items);
    wait();
  }

  return {
    add(item) {
      waiting.push(item);
      if (frame === undefined) handOn();
    },
    flush: handOn,
    stop,
  };
};
