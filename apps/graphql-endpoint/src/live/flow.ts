/**
 * What moves through the bank, for everybody to watch: a few commands a second, each with all its steps, and nothing that tells whose they
 * are. It is a sample for the eye: whoever is slow misses some of it.
 */
import { randomUUID } from 'node:crypto';
import type { Received } from '@bank/messaging';
import { commandHeaders, commandIdOf, type CommandId } from '@bank/topology';
import { timeIn, writtenAtOf } from '../transactions/headers.ts';
import type { AnswerTopic } from './answers.ts';
import { streamOf } from './stream.ts';
import { Waiter } from './waiter.ts';

export type FlowEvent = {
  /** Ties the events of one command together. */
  readonly journey: string;
  readonly kind: 'ACCOUNT_OPENING' | 'TRANSFER';
  readonly step: 'COMMAND' | 'SETTLED' | 'CONFIRMED' | 'REFUSED' | 'BALANCE_CHANGED';
  readonly at: Date;
};

const mostPerSecond = 20;
/** A transfer changes so many balances at the most. Room is kept for them: a journey begins when all its steps may be shown. */
const mostChanges = 2;
/** The changes of a command come within this time of its feedback, before or behind; what comes later is not shown. */
const togetherMs = 2_000;
/** So many commands are remembered whose changes came before their feedback. */
const mostEarly = 1_000;
/** What waits for one watcher. */
const mostWaiting = 20;

type Journey = { readonly name: string; readonly sinceMs: number; changesToCome: number };
type Early = { readonly sinceMs: number; readonly at: Date[] };

export class Flow {
  readonly #now: () => number;
  readonly #watchers = new Set<(event: FlowEvent) => void>();
  /** The commands that are shown, by id, oldest first. */
  readonly #journeys = new Map<CommandId, Journey>();
  /** Changes that came before their feedback, oldest first. */
  readonly #early = new Map<CommandId, Early>();
  /** When the events of the last second were shown, in milliseconds. */
  #shownAtMs: number[] = [];

  /** @param now a clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes what the bank answered, and shows some of it. */
  hear(received: readonly Received<AnswerTopic>[]): void {
    if (this.#watchers.size === 0) return;
    this.#forget();
    for (const message of received) {
      if (!('record' in message)) continue;
      const at = writtenAtOf(message.raw);
      const { record } = message;
      if (record.type === 'BalanceChanged') {
        if (record.value.transfer_id !== null) this.#seeChange(commandIdOf(record.value.transfer_id), at);
      } else {
        const kind = message.topic === 'account_creation_feedback' ? 'ACCOUNT_OPENING' : 'TRANSFER';
        const isConfirmed = record.type === 'AccountCreationConfirmed' || record.type === 'MoneyTransferConfirmed';
        const changesToCome = record.type === 'MoneyTransferConfirmed' ? mostChanges : 0;
        this.#seeFeedback(commandIdOf(record.value.id), changesToCome, [
          { kind, step: 'COMMAND', at: timeIn(message.raw, commandHeaders.timestamp) ?? at },
          { kind, step: 'SETTLED', at: timeIn(message.raw, commandHeaders.settledAt) ?? at },
          { kind, step: isConfirmed ? 'CONFIRMED' : 'REFUSED', at },
        ]);
      }
    }
  }

  /** A stream of what is shown from now on. */
  watch(): AsyncIterableIterator<FlowEvent> {
    const watchers = this.#watchers;
    return streamOf(async function* (left) {
      using news = new Waiter(() => undefined);
      const waiting: FlowEvent[] = [];
      const watcher = (event: FlowEvent): void => {
        if (waiting.push(event) > mostWaiting) waiting.shift();
        news.wake();
      };
      watchers.add(watcher);
      try {
        while (!left.aborted) {
          yield* waiting.splice(0);
          await news.wait(left);
        }
      } finally {
        watchers.delete(watcher);
      }
    });
  }

  #seeFeedback(id: CommandId, changesToCome: number, steps: readonly Omit<FlowEvent, 'journey'>[]): void {
    if (this.#journeys.has(id) || this.#room() < steps.length + changesToCome) return;
    const journey = { name: randomUUID(), sinceMs: this.#now(), changesToCome };
    this.#journeys.set(id, journey);
    for (const step of steps) this.#show({ journey: journey.name, ...step });
    for (const at of this.#early.get(id)?.at ?? []) this.#showChange(journey, at);
    this.#early.delete(id);
  }

  #seeChange(id: CommandId, at: Date): void {
    const journey = this.#journeys.get(id);
    if (journey) {
      this.#showChange(journey, at);
      return;
    }
    const early = this.#early.get(id) ?? { sinceMs: this.#now(), at: [] };
    early.at.push(at);
    this.#early.set(id, early);
  }

  /** One that comes more often than a transfer has changes is one that was shown. */
  #showChange(journey: Journey, at: Date): void {
    if (journey.changesToCome === 0) return;
    journey.changesToCome -= 1;
    this.#show({ journey: journey.name, kind: 'TRANSFER', step: 'BALANCE_CHANGED', at });
  }

  /** How many events more may be shown now, beside those that are to come. */
  #room(): number {
    let room = mostPerSecond - this.#shownAtMs.length;
    for (const { changesToCome } of this.#journeys.values()) room -= changesToCome;
    return room;
  }

  #show(event: FlowEvent): void {
    this.#shownAtMs.push(this.#now());
    for (const watcher of this.#watchers) watcher(event);
  }

  #forget(): void {
    const now = this.#now();
    this.#shownAtMs = this.#shownAtMs.filter(atMs => atMs > now - 1_000);
    for (const [id, { sinceMs }] of this.#journeys) {
      if (sinceMs <= now - togetherMs) this.#journeys.delete(id);
    }
    for (const [id, { sinceMs }] of this.#early) {
      if (sinceMs > now - togetherMs && this.#early.size <= mostEarly) break;
      this.#early.delete(id);
    }
  }
}
