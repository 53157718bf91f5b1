/** What beats: heartbeats become due by the clock, whatever the broker does, and one send at a time takes those that are. */
import type { Load } from '../load/load.ts';
import { Course, type Steps, type StepsProgress } from '../load/steps.ts';
import { Backlog } from './backlog.ts';
import { Schedule } from './schedule.ts';

export type HeartOptions = {
  readonly load: Load;
  /** Sends heartbeats; resolves when they are acknowledged. A rejection means that they will not be: they count as missed. */
  readonly send: (beats: readonly bigint[]) => Promise<void>;
};

/** The most heartbeats of one send: well below the largest batch of records that a broker takes. */
const heartbeatsPerSend = 5_000;

/** The clock that never goes back, in whole milliseconds: sums of them are exact, and a step ends with its last beat. */
const wholeMs = (): number => Math.floor(performance.now());

export class Heart implements AsyncDisposable {
  readonly #send: HeartOptions['send'];
  #schedule: Schedule;
  #course: Course | undefined;
  readonly #backlog = new Backlog();
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #sendingSinceMs: number | undefined;

  /** Starts to beat. */
  constructor({ load, send }: HeartOptions) {
    this.#send = send;
    this.#schedule = new Schedule(load, wholeMs());
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

  /** How far the steps have come that were asked for last; undefined when a load was asked for since. */
  get steps(): StepsProgress | undefined {
    return this.#course?.progress(wholeMs());
  }

  /** Goes on with another load at once; steps under way are over. */
  change(load: Load): void {
    this.#beat();
    this.#course = undefined;
    this.#schedule.change(load, wholeMs());
    this.#wind();
  }

  /** Goes through steps from now on, and then back to the load before them. Of each exactly as many become due as its rate says. */
  changeBySteps(steps: Steps): void {
    this.#beat();
    const beginMs = wholeMs();
    this.#course = new Course(steps, { beginMs, after: this.#course?.after ?? this.load });
    // A first step that went on with the beats of the load before would have one more.
    this.#schedule = new Schedule(this.load, beginMs);
    this.#beat();
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
    const nowMs = wholeMs();
    for (const { load, atMs } of this.#course?.takeTurns(nowMs) ?? []) {
      this.#addDue(atMs);
      this.#schedule.change(load, atMs);
    }
    this.#addDue(nowMs);
    this.#sending ??= this.#sendWaiting().finally(() => (this.#sending = undefined));
  }

  #addDue(nowMs: number): void {
    this.#backlog.add(this.#schedule.takeDue(nowMs), this.load);
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
