/** How long commands took, by the times at which their events were written. */
import type { FlowEvent } from './documents.ts';
import type { Kind } from './journeys.ts';

export type Lap = {
  readonly kind: Kind;
  readonly isRefused: boolean;
  /** From the command to the last event that was seen of it. */
  readonly tookMs: number;
}

/** The start of so many commands is remembered, the oldest is forgotten first. */
const mostStarts = 40;

export class Stopwatch {
  readonly #starts = new Map<string, number>();

  /** @returns how long the command took, when this event ends it and its start was seen */
  see({ journey, kind, step, at }: FlowEvent): Lap | undefined {
    const atMs = Date.parse(at);
    const start = this.#starts.get(journey);
    if (step === 'COMMAND') {
      this.#starts.set(journey, atMs);
      const [oldest] = this.#starts.keys();
      if (this.#starts.size > mostStarts && oldest !== undefined) this.#starts.delete(oldest);
    }
    const isLast = step === 'REFUSED' || step === (kind === 'TRANSFER' ? 'BALANCE_CHANGED' : 'CONFIRMED');
    // Clocks of two services may differ by a little.
    return isLast && start !== undefined ? { kind, isRefused: step === 'REFUSED', tookMs: Math.max(0, atMs - start) } : undefined;
  }
}
