/** What a client is given by a subscription, in its order, to be taken when the test is ready for it. */
import type { Client, SubscribePayload } from 'graphql-ws';
import { z } from 'zod';
import type { Answer } from './browser.ts';

/** How a socket's end reaches the client of graphql-ws: as it was closed, or as the error for which it will be, which is closed as 1006. */
const SocketEvent = z.union([z.object({ code: z.number() }), z.object({ type: z.literal('error') }).transform(() => ({ code: 1006 }))]);

/** How a subscription ended: by a close of its socket with a code, or completed by the server. */
export type End = { readonly code: number } | 'completed';

export class Stream<Data> {
  readonly #answers: Answer<Data>[] = [];
  readonly #end = Promise.withResolvers<End>();
  #more = Promise.withResolvers<void>();

  constructor(client: Client, payload: SubscribePayload) {
    client.subscribe<Data>(payload, {
      next: ({ data, errors }) => this.#add({ ...(data !== undefined && { data }), ...(errors && { errors }) }),
      error: problem => {
        if (Array.isArray(problem)) this.#add({ errors: problem });
        else this.#end.resolve(SocketEvent.parse(problem));
      },
      complete: () => this.#end.resolve('completed'),
    });
  }

  /** Resolves when it has ended. */
  get end(): Promise<End> {
    return this.#end.promise;
  }

  /**
   * The next answer.
   *
   * @throws Error when the stream ends before
   */
  async next(): Promise<Answer<Data>> {
    const answer = await this.#take();
    if (!answer) throw new Error(`the stream ended: ${JSON.stringify(await this.end)}`);
    return answer;
  }

  /** The answers until it ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Answer<Data>, void> {
    for (let answer = await this.#take(); answer; answer = await this.#take()) yield answer;
  }

  /** The next answer; undefined when it has ended and all was taken. */
  async #take(): Promise<Answer<Data> | undefined> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer) return answer;
      const { promise } = this.#more;
      const end = await Promise.race([promise, this.end]);
      if (end !== undefined && this.#answers.length === 0) return undefined;
    }
  }

  #add(answer: Answer<Data>): void {
    this.#answers.push(answer);
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
