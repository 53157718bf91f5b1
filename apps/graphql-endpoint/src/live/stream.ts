/** A stream that a client can leave at any time, also while it waits for the next value. */

/**
 * Makes an iterable of a generator that ends when its signal aborts. A generator's own `return` would wait until it yields, which on a
 * quiet account is for ever.
 */
export const streamOf = <V>(start: (left: AbortSignal) => AsyncGenerator<V, void, undefined>): AsyncIterableIterator<V> => {
  const left = new AbortController();
  const values = start(left.signal);
  return {
    next: () => values.next(),
    return: () => {
      left.abort();
      return values.return();
    },
    throw: (error: unknown) => {
      left.abort();
      return values.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
