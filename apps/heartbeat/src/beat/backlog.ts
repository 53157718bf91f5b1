/** Heartbeats that are due and not yet sent: as many as a second brings, for what is later than that is missed and not made up for. */
import { rateOf, type Load } from '../load/load.ts';

export class Backlog {
  #waiting = 0;
  #missed = 0;

  get waiting(): number {
    return this.#waiting;
  }

  /** How many heartbeats were due and will not be sent. */
  get missed(): number {
    return this.#missed;
  }

  /** Adds what became due; what waits beyond a second's worth, or beyond one batch of a slower clock, is missed. */
  add(due: number, load: Load): void {
    const most = Math.max(load.batch, Math.ceil(rateOf(load)));
    const kept = Math.min(this.#waiting + due, Math.max(this.#waiting, most));
    this.#missed += this.#waiting + due - kept;
    this.#waiting = kept;
  }

  /** Takes what waits, up to a number. */
  take(max: number): number {
    const taken = Math.min(this.#waiting, max);
    this.#waiting -= taken;
    return taken;
  }

  /** Counts heartbeats that were taken but not sent. */
  miss(count: number): void {
    this.#missed += count;
  }
}
