/** How far a rebuild is, as lines for who waits for it. */

/** A line comes after the first batch, then every so often. */
const lineEveryMs = 2_000;

export class Progress {
  readonly #total: number;
  readonly #startedMs = performance.now();
  #toldMs = Number.NEGATIVE_INFINITY;
  #events = 0;

  /** @param total how many events there are */
  constructor(total: number) {
    this.#total = total;
  }

  add(events: number): void {
    this.#events += events;
  }

  /** Where it is, when it is time to tell. */
  dueLine(): string | undefined {
    if (performance.now() - this.#toldMs < lineEveryMs) return undefined;
    this.#toldMs = performance.now();
    return `projected ${this.#events} of ${this.#total} events, ${this.#perSecond} a second`;
  }

  /** What was projected in all. */
  lastLine(): string {
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    return `projected ${this.#events} events in ${seconds.toFixed(1)} s, ${this.#perSecond} a second`;
  }

  get #perSecond(): number {
    return Math.round((this.#events / (performance.now() - this.#startedMs)) * 1_000);
  }
}
