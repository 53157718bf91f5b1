import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ref } from 'vue';
import { explain } from '../api/failure.ts';
import { setUpWith, type Bank } from '../testing/bank.ts';
import { useTotals } from './useTotals.ts';

const totals = { accounts: 2, money: '100', transfersPerSecond: 0, conservation: 'HOLDING', problem: null };
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('the totals on screen', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('are asked for every two seconds, until the page is left', async () => {
    const bank = vi.fn<Bank>(() => ({ totals }));
    const { leave } = setUpWith(bank, () => useTotals(() => undefined, () => false));
    await pass(4_100);
    expect(bank).toHaveBeenCalledTimes(3);
    leave();
    await pass(10_000);
    expect(bank).toHaveBeenCalledTimes(3);
  });

  it('stay when the next do not come, with the reason, and are asked for less often', async () => {
    let isCut = false;
    const bank = vi.fn<Bank>(() => {
      if (isCut) throw new TypeError('network');
      return { totals };
    });
    const { result } = setUpWith(bank, () => useTotals(() => undefined, () => false));
    await pass(100);
    isCut = true;
    await pass(2_000);
    expect(result.totals.value?.accounts).toBe(2);
    expect(result.problem.value).toBe(explain('unreachable'));
    await pass(3_000);
    expect(bank).toHaveBeenCalledTimes(2);
  });

  it('are left alone while they are to stand still', async () => {
    const isPaused = ref(false);
    const bank = vi.fn<Bank>(() => ({ totals }));
    setUpWith(bank, () => useTotals(() => undefined, () => isPaused.value));
    await pass(100);
    isPaused.value = true;
    await pass(10_000);
    expect(bank).toHaveBeenCalledOnce();
    isPaused.value = false;
    await pass(100);
    expect(bank).toHaveBeenCalledTimes(2);
  });
});
