import { describe, expect, it } from 'vitest';
import { streamOf } from './stream.ts';

/** Gives one value, then waits for ever, or until it is left. */
const quiet = (onEnd: () => void) =>
  streamOf(async function* (left) {
    try {
      yield 'first';
      await new Promise<void>(resolve => left.addEventListener('abort', () => resolve()));
    } finally {
      onEnd();
    }
  });

describe('a stream', () => {
  it('can be left while it waits for its next value', async () => {
    let hasEnded = false;
    const stream = quiet(() => (hasEnded = true));
    expect(await stream.next()).toEqual({ done: false, value: 'first' });
    const next = stream.next();
    await stream.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(hasEnded).toBe(true);
  });

  it('can be left before it began', async () => {
    const stream = quiet(() => undefined);
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a loop that breaks', async () => {
    let hasEnded = false;
    for await (const value of quiet(() => (hasEnded = true))) {
      expect(value).toBe('first');
      break;
    }
    expect(hasEnded).toBe(true);
  });
});
