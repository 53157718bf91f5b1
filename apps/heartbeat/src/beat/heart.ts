/** What beats: heartbeats become due by the clock, whatever the broker does, and one send at a time takes those that are. */
import type { Load } from '../load/load.ts';
import { Backlog } from './backlog.ts';
import { Schedule } from './schedule.ts';

export type HeartOptions = {
  readonly load: Load;
  /** Sends heartbeats; resolves when they are acknowledged. A rejection means that they will not be: they count as missed. */
  readonly send: (beats: readonly bigint[]) => Promise<void>;
};

/** The most heartbeats of one send: well below the largest batch of records that a broker takes. */
const heartbeatsPerSend = 5_000;

export class Heart implements AsyncDisposable {
  readonly #send: HeartOptions['send'];
  readonly #schedule: Schedule;
  readonly #backlog = new Backlog();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #sendingSinceMs: number | undefined;

  /** Starts to beat. */
  constructor({ load, send }: HeartOptions) {
    this.#send = send;
    this.#schedule = new Schedule(load, performance.now());
    this.#wind();
  }

  get load(): Load {
    return this.#schedule.load;
  }

  /** How many heartbeats were acknowledged; the next one bears this number. */
  get sent(): number {
    return this.#sent;
  }

  /** How many heartbeats were due and could not be sent in time. */
  get missed(): number {
    return this.#backlog.missed;
  }

  /** For how long the send in hand has not been acknowledged, in milliseconds; 0 when there is none. */
  get lateMs(): number {
    return this.#sendingSinceMs === undefined ? 0 : performance.now() - this.#sendingSinceMs;
  }

  /** Goes on with another load at once. */
  change(load: Load): void {
    this.#beat();
    this.#schedule.change(load, performance.now());
    this.#wind();
  }

  /** Stops beating, when the send in hand is acknowledged or given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#backlog.miss(this.#backlog.take(Infinity));
    await this.#sending;
  }

  #wind(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#beat();
      this.#wind();
    }, this.#schedule.nextMs - performance.now());
  }

  #beat(): void {
    this.#backlog.add(this.#schedule.takeDue(performance.now()), this.load);
    this.#sending ??= this.#sendWaiting().finally(() => (this.#sending = undefined));
  }

  async #sendWaiting(): Promise<void> {
    for (let count = this.#backlog.take(heartbeatsPerSend); count > 0; count = this.#backlog.take(heartbeatsPerSend)) {
      this.#sendingSinceMs = performance.now();
      try {
        await this.#send(Array.from({ length: count }, (_, at) => BigInt(this.#sent + at)));
        this.#sent += count;
      } catch {
        // Why it was given up is for the sender to tell; here it counts, and the same numbers go out again.
        this.#backlog.miss(count);
      }
    }
    this.#sendingSinceMs = undefined;
  }
}
