/**
 * One who follows an account. It speaks graphql-transport-ws by hand: a client's library would take more of the processors than what is
 * measured leaves.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
import { WebSocket } from 'ws';
import { z } from 'zod';

/** A transaction as it was delivered. */
export type Delivery = z.output<typeof Transaction>;

const Transaction = z.object({
  changedBy: z.string().transform(BigInt),
  newBalance: z.string().transform(BigInt),
  description: z.string(),
  changedAt: z.string().transform(Date.parse),
});

const Edge = z.object({ cursor: z.string(), node: Transaction });

const Message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_ack') }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('pong') }),
  z.object({ type: z.literal('next'), payload: z.object({ data: z.object({ transactions: Edge }) }) }),
  z.object({ type: z.literal('error'), payload: z.unknown() }),
  z.object({ type: z.literal('complete') }),
]);

/** How ws hands over a text. */
const Text = z.instanceof(Buffer);

const query = `subscription($iban: Iban!) {
  transactions(iban: $iban, after: "") { cursor node { changedBy newBalance description changedAt } }
}`;

export type SubscriberOptions = {
  /** Of the endpoint: http://host:port. */
  readonly url: string;
  readonly cookie: string;
  readonly iban: string;
  readonly onDelivery: (delivery: Delivery) => void;
  /** Called when the stream ends, which it does only when something is wrong. */
  readonly onEnd: (reason: string) => void;
};

/** What a subscriber was given of its account, from the first transaction on. */
export type Followed = {
  readonly iban: string;
  /** Transactions, each counted once. */
  readonly delivered: number;
  /** Those that came again. */
  readonly duplicates: number;
  /** Those whose balance does not follow from the one before: one is missing between them, or they came in another order. */
  readonly breaks: number;
  /** After the last. */
  readonly balance: bigint;
};

export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #cursors = new Set<string>();
  #balance = 0n;
  #duplicates = 0;
  #breaks = 0;

  private constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  /** Connects and subscribes, from before the first transaction; resolves when the endpoint has let it in. */
  static async open(options: SubscriberOptions): Promise<Subscriber> {
    const { url, cookie, iban, onEnd } = options;
    const subscriber = new Subscriber(options);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers: { cookie }, perMessageDeflate: false });
    const { promise: acknowledged, resolve, reject } = Promise.withResolvers<void>();
    const end = (reason: string): void => {
      reject(new Error(`${iban}: ${reason}`));
      onEnd(`${iban}: ${reason}`);
    };
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('error', error => end(error.message));
    socket.on('close', (code, reason) => end(`closed with ${code} ${reason.toString()}`));
    socket.on('open', () => send({ type: 'connection_init' }));
    socket.on('message', data => {
      const message = Message.parse(JSON.parse(Text.parse(data).toString()));
      switch (message.type) {
        case 'connection_ack':
          send({ id: '1', type: 'subscribe', payload: { query, variables: { iban } } });
          resolve();
          break;
        case 'next':
          subscriber.#receive(message.payload.data.transactions);
          break;
        case 'ping':
          send({ type: 'pong' });
          break;
        case 'pong':
          break;
        case 'error':
          end(JSON.stringify(message.payload));
          break;
        case 'complete':
          end('completed');
      }
    });
    await acknowledged;
    return subscriber;
  }

  get followed(): Followed {
    return { iban: this.#options.iban, delivered: this.#cursors.size, duplicates: this.#duplicates, breaks: this.#breaks, balance: this.#balance };
  }

  #receive({ cursor, node }: z.output<typeof Edge>): void {
    this.#options.onDelivery(node);
    if (this.#cursors.has(cursor)) {
      this.#duplicates += 1;
      return;
    }
    this.#cursors.add(cursor);
    if (node.newBalance !== this.#balance + node.changedBy) this.#breaks += 1;
    this.#balance = node.newBalance;
  }
}
