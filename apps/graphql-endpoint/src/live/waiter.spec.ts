import { describe, expect, it } from 'vitest';
import { Waiter } from './waiter.ts';

const never = new AbortController().signal;

describe('one who waits', () => {
  it('is woken by a ring', async () => {
    const waiter = new Waiter(() => undefined);
    const woken = waiter.wait(never);
    waiter.wake();
    await woken;
  });

  it('does not miss a ring between two waits', async () => {
    const waiter = new Waiter(() => undefined);
    waiter.wake();
    await waiter.wait(never);
  });

  it('is woken once for all rings that came before', async () => {
    const waiter = new Waiter(() => undefined);
    waiter.wake();
    waiter.wake();
    await waiter.wait(never);
    const patience = new AbortController();
    let isWoken = false;
    const waiting = waiter.wait(patience.signal).then(() => (isWoken = true));
    await Promise.resolve();
    expect(isWoken).toBe(false);
    patience.abort();
    await waiting;
  });

  it('is released when the signal aborts', async () => {
    const patience = new AbortController();
    const waiting = new Waiter(() => undefined).wait(patience.signal);
    patience.abort();
    await waiting;
    await new Waiter(() => undefined).wait(AbortSignal.abort());
  });
});
