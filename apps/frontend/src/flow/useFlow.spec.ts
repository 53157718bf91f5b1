import { nextTick, shallowReadonly, shallowRef, type Ref } from 'vue';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LiveConnection } from '../live/connection.ts';
import { setUpWith, silence, type SetUp } from '../testing/bank.ts';
import type { FlowEvent } from './documents.ts';
import { useFlow, type UseFlow } from './useFlow.ts';

/** A live connection on which the spec says what happens. */
const speaking = (): { live: LiveConnection; say: (step: FlowEvent['step'], journey?: string) => void; isFollowed: () => boolean } => {
  let tell: ((data: unknown) => void) | undefined;
  const live: LiveConnection = {
    ...silence(),
    follow: ({ onData }) => {
      tell = data => { onData(data as Parameters<typeof onData>[0]); };
      return () => { tell = undefined; };
    },
  };
  return {
    live,
    say: (step, journey = 'a') => { tell?.({ flow: { journey, kind: 'TRANSFER', step, at: '2026-01-01T00:00:00.000Z' } }); },
    isFollowed: () => tell !== undefined,
  };
};

describe('the flow', () => {
  let isStill: Ref<boolean>;
  let bank: ReturnType<typeof speaking>;
  let flow: SetUp<UseFlow>;
  const sayAll = (journey: string): void => {
    for (const step of ['COMMAND', 'SETTLED', 'CONFIRMED', 'BALANCE_CHANGED', 'BALANCE_CHANGED'] as const) bank.say(step, journey);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    isStill = shallowRef(false);
    bank = speaking();
    flow = setUpWith(() => undefined, () => useFlow(shallowReadonly(isStill)), bank.live);
  });

  afterEach(() => {
    flow.leave();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('counts an event when its token arrives, and lets the next one leave', () => {
    const { tokens, counts, arrive } = flow.result;
    bank.say('COMMAND');
    bank.say('SETTLED');
    expect(tokens.value.map(({ to }) => to)).toEqual(['command']);
    expect(counts.command).toBe(0);
    tokens.value.forEach(arrive);
    expect(counts.command).toBe(1);
    expect(tokens.value.map(({ to }) => to)).toEqual(['handler']);
  });

  it('counts at once, and moves nothing, when all is to be still', () => {
    isStill.value = true;
    sayAll('a');
    expect(flow.result.tokens.value).toEqual([]);
    expect(flow.result.counts).toEqual({ command: 1, handler: 1, confirmed: 1, refused: 0, balance: 2, watching: 3 });
  });

  it('lets what is under way arrive when all is to be still', async () => {
    sayAll('a');
    isStill.value = true;
    await nextTick();
    expect(flow.result.tokens.value).toEqual([]);
    expect(flow.result.counts.balance).toBe(2);
  });

  it('draws no more than forty tokens, and counts the rest', () => {
    for (let index = 0; index < 50; index++) bank.say('COMMAND', `journey ${index}`);
    expect(flow.result.tokens.value).toHaveLength(40);
    expect(flow.result.counts.command).toBe(10);
  });

  it('is quiet when nothing happens for a while, until something does', () => {
    const { isQuiet } = flow.result;
    expect(isQuiet.value).toBe(false);
    vi.advanceTimersByTime(5_000);
    expect(isQuiet.value).toBe(true);
    bank.say('COMMAND');
    expect(isQuiet.value).toBe(false);
  });

  it('is followed until the picture is gone', () => {
    expect(bank.isFollowed()).toBe(true);
    flow.leave();
    expect(bank.isFollowed()).toBe(false);
  });
});
