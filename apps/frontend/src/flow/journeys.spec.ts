import { describe, expect, it } from 'vitest';
import type { FlowEvent } from './documents.ts';
import { Journeys, type Hop } from './journeys.ts';

const at = '2026-01-01T00:00:00.000Z';
const event = (step: FlowEvent['step'], journey = 'a'): FlowEvent => ({ journey, kind: 'TRANSFER', step, at });
const shown = (hops: readonly Hop[]): string[] => hops.map(({ from, to }) => `${from} to ${to}`);

/** Lets everything arrive, in the order in which it left. */
const allOf = (journeys: Journeys, leaving: readonly Hop[]): Hop[] => {
  const hops = [...leaving];
  for (const hop of hops) hops.push(...journeys.arrive(hop));
  return hops;
};

describe('the way of a command', () => {
  it('leads a transfer from the client to everybody, each step where the one before arrived', () => {
    const journeys = new Journeys();
    const first = journeys.hear(event('COMMAND'));
    expect(shown(first)).toEqual(['client to command']);
    // Heard in the same instant, and yet they wait.
    expect(journeys.hear(event('SETTLED'))).toEqual([]);
    expect(journeys.hear(event('CONFIRMED'))).toEqual([]);
    expect(journeys.hear(event('BALANCE_CHANGED'))).toEqual([]);

    expect(shown(allOf(journeys, first))).toEqual([
      'client to command', 'command to handler', 'handler to feedback', 'handler to balance', 'feedback to watching', 'balance to watching',
    ]);
  });

  it('goes on from where it is when a step is heard late', () => {
    const journeys = new Journeys();
    allOf(journeys, journeys.hear(event('COMMAND')));
    expect(shown(journeys.hear(event('SETTLED')))).toEqual(['command to handler']);
  });

  it('begins with the first step that is heard', () => {
    expect(shown(new Journeys().hear(event('REFUSED')))).toEqual(['handler to feedback']);
  });

  it('keeps the changes of one transfer apart', () => {
    const journeys = new Journeys();
    const changes = [...journeys.hear(event('BALANCE_CHANGED')), ...journeys.hear(event('BALANCE_CHANGED'))];
    expect(changes.map(({ place }) => place)).toEqual([0, 1]);
  });

  it('marks what belongs to a refusal', () => {
    const journeys = new Journeys();
    expect(allOf(journeys, journeys.hear(event('REFUSED'))).map(({ isRefused }) => isRefused)).toEqual([true, true]);
    expect(allOf(journeys, journeys.hear(event('CONFIRMED', 'b'))).map(({ isRefused }) => isRefused)).toEqual([false, false]);
  });

  it('forgets the oldest command when there are many', () => {
    const journeys = new Journeys();
    const [first] = journeys.hear(event('COMMAND', 'first'));
    journeys.hear(event('SETTLED', 'first'));
    for (let index = 0; index < 40; index++) journeys.hear(event('COMMAND', `later ${index}`));
    expect(first && journeys.arrive(first)).toEqual([]);
  });
});
