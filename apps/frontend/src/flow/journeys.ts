/**
 * The way of commands through the picture. The bank tells all steps of a command in one instant; here each begins where the one before it
 * has arrived, so that the eye can follow.
 */
import type { FlowEvent } from './documents.ts';

export type Station = 'client' | 'command' | 'handler' | 'feedback' | 'balance' | 'watching';
export type Kind = FlowEvent['kind'];

/** One move between two stations that are joined by an edge. */
export type Hop = {
  readonly journey: string;
  readonly kind: Kind;
  readonly from: Station;
  readonly to: Station;
  readonly isRefused: boolean;
  /** Which of several moves of one journey along the same edge, from 0: those behind leave a little later. */
  readonly place: number;
}

type Journey = {
  /** The stations where it has been. */
  readonly reached: Set<Station>;
  /** What happened further on than it has come. */
  waiting: Hop[];
  changes: number;
}

/** Of so many commands it is known how far they are; the oldest is forgotten first. */
const mostJourneys = 40;

/** The stations that a step passes, from where the step before it ended. */
export const pathOf = (step: FlowEvent['step']): readonly [Station, Station, ...Station[]] => {
  switch (step) {
    case 'COMMAND':
      return ['client', 'command'];
    case 'SETTLED':
      return ['command', 'handler'];
    case 'CONFIRMED':
    case 'REFUSED':
      return ['handler', 'feedback', 'watching'];
    case 'BALANCE_CHANGED':
      return ['handler', 'balance', 'watching'];
  }
};

const hopsOf = ({ journey, kind, step }: FlowEvent, place: number): Hop[] => {
  const path = pathOf(step);
  return path.slice(1).map((to, index) => ({ journey, kind, from: path[index] ?? path[0], to, isRefused: step === 'REFUSED', place }));
};

/** How far each command has come, by what was heard of it and by what has arrived. */
export class Journeys {
  readonly #journeys = new Map<string, Journey>();

  /** @returns the moves that begin now */
  hear(event: FlowEvent): readonly Hop[] {
    const journey = this.#journeys.get(event.journey) ?? this.#begin(event);
    const place = event.step === 'BALANCE_CHANGED' ? journey.changes++ : 0;
    journey.waiting.push(...hopsOf(event, place));
    return this.#leave(journey);
  }

  /** @returns the moves that begin now that this one has arrived */
  arrive({ journey: name, to }: Hop): readonly Hop[] {
    const journey = this.#journeys.get(name);
    if (journey === undefined) return [];
    journey.reached.add(to);
    return this.#leave(journey);
  }

  /** A command is shown from the first step that is heard of it: those before may be missing in the sample. */
  #begin({ journey: name, step }: FlowEvent): Journey {
    const journey: Journey = { reached: new Set([pathOf(step)[0]]), waiting: [], changes: 0 };
    this.#journeys.set(name, journey);
    const [oldest] = this.#journeys.keys();
    if (this.#journeys.size > mostJourneys && oldest !== undefined) this.#journeys.delete(oldest);
    return journey;
  }

  #leave(journey: Journey): Hop[] {
    const leaving = journey.waiting.filter(({ from }) => journey.reached.has(from));
    journey.waiting = journey.waiting.filter(({ from }) => !journey.reached.has(from));
    return leaving;
  }
}
