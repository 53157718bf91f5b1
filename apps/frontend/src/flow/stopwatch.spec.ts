import { describe, expect, it } from 'vitest';
import type { FlowEvent } from './documents.ts';
import { Stopwatch, type Lap } from './stopwatch.ts';

const event = (step: FlowEvent['step'], ms: number, kind: FlowEvent['kind'] = 'TRANSFER'): FlowEvent =>
  ({ journey: 'a', kind, step, at: new Date(ms).toISOString() });
const seen = (events: readonly FlowEvent[]): (Lap | undefined)[] => {
  const stopwatch = new Stopwatch();
  return events.map(each => stopwatch.see(each));
};

describe('the time a command took', () => {
  it('is that from a transfer’s command to its changed balance', () => {
    expect(seen([event('COMMAND', 100), event('SETTLED', 103), event('CONFIRMED', 105), event('BALANCE_CHANGED', 107)])).toEqual([
      undefined, undefined, undefined, { kind: 'TRANSFER', isRefused: false, tookMs: 7 },
    ]);
  });

  it('is that from an opening’s command to its confirmation', () => {
    expect(seen([event('COMMAND', 100, 'ACCOUNT_OPENING'), event('CONFIRMED', 105, 'ACCOUNT_OPENING')]).at(-1)).toEqual({
      kind: 'ACCOUNT_OPENING', isRefused: false, tookMs: 5,
    });
  });

  it('is that to the refusal when there is one', () => {
    expect(seen([event('COMMAND', 100), event('REFUSED', 102)]).at(-1)).toMatchObject({ isRefused: true, tookMs: 2 });
  });

  it('is not known when its start was not seen', () => {
    expect(seen([event('BALANCE_CHANGED', 100)])).toEqual([undefined]);
  });

  it('is never below zero, though clocks differ', () => {
    expect(seen([event('COMMAND', 100), event('BALANCE_CHANGED', 99)]).at(-1)).toMatchObject({ tookMs: 0 });
  });
});
