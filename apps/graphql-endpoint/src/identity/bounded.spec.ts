import { describe, expect, it } from 'vitest';
import { Bounded, BusyError } from './bounded.ts';

/** Work that goes on until it is told to end. */
const openWork = () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, end: resolve };
};

describe('bounded work', () => {
  it('is done at once while there is room', async () => {
    expect(await new Bounded({ atOnce: 1, waiting: 0 }).run(() => Promise.resolve('done'))).toBe('done');
  });

  it('waits for its turn, in order', async () => {
    const bounded = new Bounded({ atOnce: 1, waiting: 2 });
    const ended: string[] = [];
    const first = openWork();
    const running = [
      bounded.run(first.work).then(() => ended.push('first')),
      bounded.run(() => Promise.resolve(ended.push('second'))),
      bounded.run(() => Promise.resolve(ended.push('third'))),
    ];
    first.end('');
    await Promise.all(running);
    expect(ended).toEqual(['first', 'second', 'third']);
  });

  it('is turned away when too much waits, and welcome again when that is done', async () => {
    const bounded = new Bounded({ atOnce: 1, waiting: 1 });
    const [first, second] = [openWork(), openWork()];
    const running = [bounded.run(first.work), bounded.run(second.work)];
    await expect(bounded.run(() => Promise.resolve(''))).rejects.toThrow(BusyError);
    first.end('first');
    second.end('second');
    expect(await Promise.all(running)).toEqual(['first', 'second']);
    expect(await bounded.run(() => Promise.resolve('third'))).toBe('third');
  });

  it('makes room also when it fails', async () => {
    const bounded = new Bounded({ atOnce: 1, waiting: 0 });
    await expect(bounded.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await bounded.run(() => Promise.resolve('done'))).toBe('done');
  });
});
