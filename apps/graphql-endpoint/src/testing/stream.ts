/** What a client is given by a subscription, in its order, to be taken when the test is ready for it. */
import type { Client, SubscribePayload } from 'graphql-ws';
import { z } from 'zod';
import type { Answer } from './browser.ts';

/** How a socket's end reaches the client of graphql-ws. */
const CloseEvent = z.object({ code: z.number() });

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
        else this.#end.resolve(CloseEvent.parse(problem));
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
    for (;;) {
      const answer = this.#answers.shift();
      if (answer) return answer;
      const { promise } = this.#more;
      const end = await Promise.race([promise, this.end]);
      if (end !== undefined && this.#answers.length === 0) throw new Error(`the stream ended: ${JSON.stringify(end)}`);
    }
  }

  #add(answer: Answer<Data>): void {
    this.#answers.push(answer);
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }
}
