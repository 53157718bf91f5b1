import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFrameBatch } from './frameBatch.ts';

describe('what arrives within a frame', () => {
  const take = vi.fn<(items: readonly number[]) => void>();

  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => {
    vi.useRealTimers();
    vi.resetAllMocks();
  });

  it('is handed on at once when it is alone, and together when it is not', () => {
    const batch = createFrameBatch(take);
    batch.add(1);
    expect(take.mock.calls).toEqual([[[1]]]);
    batch.add(2);
    batch.add(3);
    expect(take).toHaveBeenCalledOnce();
    vi.advanceTimersToNextFrame();
    expect(take.mock.calls).toEqual([[[1]], [[2, 3]]]);
  });

  it('is handed on at once again after a quiet frame', () => {
    const batch = createFrameBatch(take);
    batch.add(1);
    vi.advanceTimersToNextFrame();
    batch.add(2);
    expect(take.mock.calls).toEqual([[[1]], [[2]]]);
  });

  it('does not wait for ever in a page that gets no frames', () => {
    vi.stubGlobal('requestAnimationFrame', () => 1);
    const batch = createFrameBatch(take);
    batch.add(1);
    batch.add(2);
    vi.advanceTimersByTime(1_000);
    expect(take.mock.calls).toEqual([[[1]], [[2]]]);
    vi.unstubAllGlobals();
  });

  it('is handed on before its frame when somebody cannot wait', () => {
    const batch = createFrameBatch(take);
    batch.add(1);
    batch.add(2);
    batch.flush();
    expect(take.mock.calls).toEqual([[[1]], [[2]]]);
    vi.advanceTimersToNextFrame();
    expect(take).toHaveBeenCalledTimes(2);
  });

  it('is dropped once nobody wants it', () => {
    const batch = createFrameBatch(take);
    batch.add(1);
    batch.add(2);
    batch.stop();
    vi.advanceTimersToNextFrame();
    expect(take).toHaveBeenCalledOnce();
  });
});
