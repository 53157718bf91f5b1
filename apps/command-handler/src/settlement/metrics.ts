/** What the settlement counts. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { commandTopics } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';

export class SettlementMetrics {
  readonly deadLetters: Counter<'topic'>;
  readonly #settled: Counter<'topic' | 'outcome'>;
  readonly #batchSize: Histogram;
  readonly #duration: Histogram;
  readonly #answer: Histogram;

  constructor(registry: Registry) {
    const registers = [registry];
    this.deadLetters = new Counter({ name: 'dead_letters_total', help: 'Messages that could not be settled', labelNames: ['topic'], registers });
    // From the start, for a counter that begins with 1 has not increased to those who watch.
    for (const topic of commandTopics) this.deadLetters.inc({ topic }, 0);
    this.#settled = new Counter({
      name: 'commands_settled_total', help: 'Commands answered, repeats included', labelNames: ['topic', 'outcome'], registers,
    });
    this.#batchSize = new Histogram({
      name: 'settlement_batch_size', help: 'Messages of one transaction', buckets: [1, 3, 10, 30, 100, 300, 1_000], registers,
    });
    this.#duration = new Histogram({
      name: 'settlement_duration_seconds', help: 'From begin to commit of one batch', buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3], registers,
    });
    this.#answer = new Histogram({
      name: 'command_answer_seconds',
      help: 'From when the oldest command of a batch was written until its answers were acknowledged',
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
      registers,
    });
  }

  /** Counts a batch that was settled. */
  observe(settled: readonly Settled[], messages: number, durationMs: number): void {
    // Counted first and told in sums: the counter takes longer than all else that is done for a command here.
    for (const [topic, ofTopic] of Map.groupBy(settled, ({ entry }) => entry.position.topic)) {
      for (const [outcome, { length }] of Map.groupBy(ofTopic, ({ entry }) => entry.outcome.type)) this.#settled.inc({ topic, outcome }, length);
    }
    this.#batchSize.observe(messages);
    this.#duration.observe(durationMs / 1_000);
  }

  /** Counts a batch whose answers are published, so long after its oldest command was written. */
  answered(afterMs: number): void {
    // Clocks of two machines may differ.
    this.#answer.observe(Math.max(0, afterMs) / 1_000);
  }
}
