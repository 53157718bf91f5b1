/** The loop that everything goes through: take what waits, settle it, publish, commit offsets. */
import { deadLetterOf, type Consumer, type DeadLetter, type Producer, type Received } from '@bank/messaging';
import type { Logger, Retry } from '@bank/service';
import { commandOf, type Command, type CommandTopic } from '../ledger/command.ts';
import type { Settled } from '../ledger/entry.ts';
import type { Batch } from '../ledger/settle.ts';
import type { NextOffset } from '../ledger/statements.ts';
import { settleDividing } from './divide.ts';
import { logAnswers } from './log.ts';
import { messagesOf, type Published, type publishedTopics } from './messages.ts';
import type { SettlementMetrics } from './metrics.ts';

/** The most commands of one transaction: more would gain little speed and cost latency. */
const commandsPerBatch = 1_000;

export type Settlement = {
  readonly consumer: Consumer<CommandTopic>;
  readonly producer: Producer<(typeof publishedTopics)[number]>;
  /** Settles a batch in one database transaction. */
  readonly settle: (batch: Batch) => Promise<readonly Settled[]>;
  readonly settling: Retry;
  readonly publishing: Retry;
  readonly metrics: SettlementMetrics;
  readonly log: Logger;
  readonly isFinal: (error: unknown) => boolean;
  readonly now: () => Date;
  /** When it aborts, the batch in hand is finished and the loop ends. */
  readonly stopping: AbortSignal;
};

/** What is to be sent for a batch. */
type Answers = readonly (Published | DeadLetter)[];

/**
 * Settles commands until told to stop. While a batch is published the next is settled; nothing of it is published or committed before.
 *
 * @throws ConsumerLostError, or the last error when it has to stop while something is away; what was not committed comes again
 */
export const settleCommands = async (settlement: Settlement): Promise<void> => {
  const { consumer, producer, settling, publishing, isFinal, stopping: signal } = settlement;
  let published = Promise.resolve();
  for (;;) {
    const batch = await settling.until(() => consumer.take({ max: commandsPerBatch, signal }), { signal, isFinal });
    if (batch.length === 0) break;
    const answers = await settling.until(() => answersTo(batch, settlement), { signal, isFinal });
    await published;
    published = publishing
      .until(() => producer.send(answers), { signal, isFinal })
      .then(() => publishing.until(() => consumer.commit(batch), { signal, isFinal }));
    // Its failure is met at the next await, a batch later; until then it is nobody's unhandled rejection.
    published.catch(() => undefined);
  }
  await published;
};

/** Settles what can be read and makes dead letters of the rest. */
const answersTo = async (batch: readonly Received<CommandTopic>[], { settle, metrics, log, now }: Settlement): Promise<Answers> => {
  const started = performance.now();
  const messages = new Map<Command, Received<CommandTopic>>();
  const letters: DeadLetter[] = [];
  const bury = (message: Received<CommandTopic>, reason: string): void => {
    letters.push(deadLetterOf(message.raw, reason));
    metrics.deadLetters.inc({ topic: message.topic });
    const { topic, partition, offset } = message.raw;
    log.warn({ topic, partition, offset, reason }, 'dead letter');
  };
  for (const message of batch) {
    if ('record' in message) messages.set(commandOf(message), message);
    else bury(message, message.unreadable);
  }

  const time = { offsets: offsetsAfter(batch), now: now() };
  const answers = await settleDividing([...messages.keys()], commands => settle({ commands, ...time }));
  const settled: Settled[] = [];
  for (const answer of answers) {
    const message = messages.get(answer.command);
    if ('settled' in answer) settled.push(answer.settled);
    else if (message) bury(message, answer.refused);
  }
  metrics.observe(settled, batch.length, performance.now() - started);
  logAnswers(log, settled);
  return [...settled.flatMap(messagesOf), ...letters];
};

const offsetsAfter = (batch: readonly Received<CommandTopic>[]): readonly NextOffset[] => {
  const next = new Map<string, NextOffset>();
  for (const { raw: { topic, partition, offset } } of batch) next.set(`${topic}/${partition}`, { topic, partition, nextOffset: offset + 1n });
  return [...next.values()];
};
