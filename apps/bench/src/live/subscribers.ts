/** Subscribers on a thread of their own, each of which follows one account. */
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Question, Report } from './subscriber-thread.ts';

export type SubscribersOptions = {
  /** Of the endpoint. */
  readonly url: string;
  /** Of one who may follow all of the accounts. */
  readonly cookie: string;
  readonly ibans: readonly string[];
};

const askEveryMs = 100;

export class Subscribers implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #failed = Promise.withResolvers<never>();
  #answer = Promise.withResolvers<Report>();

  private constructor(options: SubscribersOptions) {
    this.#worker = new Worker(new URL('subscriber-thread.ts', import.meta.url), { workerData: options });
    this.#worker.on('message', (report: Report) => this.#answer.resolve(report));
    this.#worker.on('error', error => this.#failed.reject(error));
    // Who waits for something hears of it; between two runs nobody does.
    this.#failed.promise.catch(() => undefined);
  }

  /** Lets all of them connect. @throws Error when one is not let in */
  static async open(options: SubscribersOptions): Promise<Subscribers> {
    const subscribers = new Subscribers(options);
    await subscribers.orFail(subscribers.#answer.promise);
    return subscribers;
  }

  /** Begins to count anew. */
  async begin(): Promise<void> {
    await this.#ask('begin');
  }

  /** What they were given, as soon as it is enough, or when the time is over. */
  async reportWhen(isEnough: (report: Report) => boolean, withinMs: number): Promise<Report> {
    const patience = AbortSignal.timeout(withinMs);
    for (;;) {
      const report = await this.#ask('report');
      if (isEnough(report) || patience.aborted) return report;
      await delay(askEveryMs);
    }
  }

  /** What a work gives. @throws Error when a subscription ends meanwhile */
  orFail<R>(work: Promise<R>): Promise<R> {
    return Promise.race([work, this.#failed.promise]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(question: Question): Promise<Report> {
    this.#answer = Promise.withResolvers();
    this.#worker.postMessage(question);
    return this.orFail(this.#answer.promise);
  }
}
