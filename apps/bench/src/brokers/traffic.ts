/** Transfers at a constant rate that go on whatever happens to the brokers, and the answers to them as a consumer sees them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { Producer, SendError } from '@bank/messaging';
import { commandIdOf, type CommandId } from '@bank/topology';
import type { Bank } from '../bank/bank.ts';
import { randomTransfers, type Account } from '../bank/commands.ts';
import { readFromNow } from '../bank/reader.ts';

const tickMs = 20;

export type Rate = { readonly accounts: readonly Account[]; readonly random: RandomGenerator; readonly perSecond: number };

export class Traffic implements AsyncDisposable {
  readonly #answered = new Set<CommandId>();
  readonly #sent = new Set<CommandId>();
  readonly #ended = new AbortController();
  #lastAnswerMs = performance.now();
  #longestPauseMs = 0;
  #sending: Promise<unknown> = Promise.resolve();
  #reading: Promise<void> = Promise.resolve();

  /** Begins to send, and to read the answers. */
  static async start(bank: Bank, rate: Rate): Promise<Traffic> {
    const traffic = new Traffic();
    const reader = await readFromNow(bank.connection, ['money_transfer_feedback']);
    const producer = await Producer.connect(bank.connection, ['confirm_money_transfer']);
    traffic.#reading = traffic.#read(reader).finally(() => reader[Symbol.asyncDispose]());
    traffic.#sending = traffic.#send(producer, rate).finally(() => producer[Symbol.asyncDispose]());
    return traffic;
  }

  /** How many transfers were sent, each counted once however often it had to be sent. */
  get sent(): number {
    return this.#sent.size;
  }

  /** The longest time without an answer since it was last asked for, in milliseconds. */
  takeLongestPauseMs(): number {
    const longest = Math.max(this.#longestPauseMs, performance.now() - this.#lastAnswerMs);
    this.#longestPauseMs = 0;
    return longest;
  }

  /**
   * Waits until so many transfers that are yet to be made are answered, and all before them.
   *
   * @throws Error when they are not within 30 seconds, or when sending or reading has failed
   */
  async untilAnswered(count: number): Promise<void> {
    const upTo = this.#sent.size + count;
    const patience = AbortSignal.timeout(30_000);
    const ended = Promise.all([this.#sending, this.#reading]);
    while (this.#sent.size < upTo || ![...this.#sent].slice(0, upTo).every(id => this.#answered.has(id))) {
      if (patience.aborted) throw new Error(`${this.#answered.size} of ${this.#sent.size} transfers are answered`);
      await Promise.race([delay(tickMs), ended]);
    }
  }

  /** Sends no more, and waits until all that was made is acknowledged. @throws what sending or reading threw */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await Promise.all([this.#sending, this.#reading]);
  }

  async #send(producer: Producer<'confirm_money_transfer'>, { accounts, random, perSecond }: Rate): Promise<unknown> {
    const began = performance.now();
    const sendings: Promise<void>[] = [];
    while (!this.#ended.signal.aborted) {
      const due = Math.floor(((performance.now() - began) * perSecond) / 1_000) - this.#sent.size;
      const transfers = randomTransfers(accounts, due, random);
      for (const { record } of transfers) this.#sent.add(commandIdOf(record.value.id));
      sendings.push(sendUntilAcknowledged(producer, transfers));
      await delay(tickMs);
    }
    return Promise.all(sendings);
  }

  async #read(reader: Awaited<ReturnType<typeof readFromNow<'money_transfer_feedback'>>>): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const answers = await reader.take({ max: 1_000, signal: this.#ended.signal });
      for (const answer of answers) if ('record' in answer) this.#answered.add(commandIdOf(answer.record.value.id));
      const now = performance.now();
      this.#longestPauseMs = Math.max(this.#longestPauseMs, now - this.#lastAnswerMs);
      this.#lastAnswerMs = now;
    }
  }
}

/** Sends as whoever wants to be sure does: again, under the same ids, until it is acknowledged. */
const sendUntilAcknowledged = async (producer: Producer<'confirm_money_transfer'>, transfers: ReturnType<typeof randomTransfers>): Promise<void> => {
  for (;;) {
    try {
      await producer.send(transfers);
      return;
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      await delay(tickMs);
    }
  }
};
