/** When heartbeats are due: counted from the last beat of the clock, not from when it was looked at, so that the rate does not drift. */
import type { Load } from '../load/load.ts';

export class Schedule {
  #load: Load;
  #lastMs: number;

  /** @param nowMs milliseconds of a clock that never goes back; the first beat is an interval from now */
  constructor(load: Load, nowMs: number) {
    this.#load = load;
    this.#lastMs = nowMs;
  }

  get load(): Load {
    return this.#load;
  }

  /** When the clock beats next; in the past when it was not looked at since. */
  get nextMs(): number {
    return this.#lastMs + this.#load.intervalMs;
  }

  /** How many heartbeats became due since the last look. */
  takeDue(nowMs: number): number {
    const beats = Math.max(0, Math.floor((nowMs - this.#lastMs) / this.#load.intervalMs));
    this.#lastMs += beats * this.#load.intervalMs;
    return beats * this.#load.batch;
  }

  /**
   * Goes on with another load. A shorter interval is not applied to the time before, and however often the load is changed, the next
   * beat comes no later for it.
   */
  change(load: Load, nowMs: number): void {
    this.#load = load;
    this.#lastMs = Math.max(this.#lastMs, nowMs - load.intervalMs);
  }
}
