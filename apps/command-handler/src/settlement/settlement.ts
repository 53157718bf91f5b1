/** The loop that everything goes through: take what waits, settle it, publish, commit offsets. */
import { setImmediate } from 'node:timers/promises';
import { deadLetterOf, lastOfEachPartition, nextOffsets, OffsetCommits, type Consumer, type Producer, type Received } from '@bank/messaging';
import type { Logger, Retry } from '@bank/service';
import { commandOf, type Command, type CommandTopic } from '../ledger/command.ts';
import { isSamePosition, type Settled } from '../ledger/entry.ts';
import type { Batch } from '../ledger/settle.ts';
import { steps } from '../steps.ts';
import { settleDividing } from './divide.ts';
import { identityOf, logSettled } from './log.ts';
import { messagesOf, type publishedTopics } from './messages.ts';
import type { SettlementMetrics } from './metrics.ts';

/** The most commands of one transaction: more would gain little speed and cost latency. */
const commandsPerBatch = 1_000;

/** The most commands whose messages are encoded in one go: an answer of the database, which comes meanwhile, waits until it is done. */
const commandsEncodedAtOnce = 100;

export type Settlement = {
  readonly consumer: Pick<Consumer<CommandTopic>, 'queued' | 'take' | 'commit'>;
  readonly producer: Pick<Producer<(typeof publishedTopics)[number]>, 'encode' | 'sendEncoded'>;
  /** Settles a batch in one database transaction. */
  readonly settle: (batch: Batch) => Promise<readonly Settled[]>;
  readonly settling: Retry;
  readonly publishing: Retry;
  readonly metrics: SettlementMetrics;
  readonly log: Logger;
  readonly isFinal: (error: unknown) => boolean;
  readonly now: () => Date;
  /** When it aborts, the batches in hand are finished and the loop ends. */
  readonly stopping: AbortSignal;
};

/** A message that cannot be settled, and why. */
type Buried = { readonly message: Received<CommandTopic>; readonly command?: Command; readonly reason: string };

/** Messages that were taken, and the commands in those that could be read. */
type Taken = { readonly messages: readonly Received<CommandTopic>[]; readonly commands: readonly Command[] };

/** What a batch came to, without its messages, of which there would be thousands in memory until they are published. */
type Result = {
  readonly settled: readonly Pick<Settled, 'entry' | 'as'>[];
  readonly buried: readonly Buried[];
  /** The last message of each partition. */
  readonly last: readonly Received<CommandTopic>[];
  /** When the oldest message was written, in milliseconds since 1970. */
  readonly writtenMs: number;
};

/**
 * Settles commands until told to stop. While a batch is published the next is settled, and the one after that: they are not published,
 * nor are their offsets committed, until the one before them is published. When more wait than a batch takes, one more is taken ahead.
 *
 * @throws ConsumerLostError, or the last error when it has to stop while something is away. What was being published may be cut short
 * then; what was not committed comes again
 */
export const settleCommands = async (settlement: Settlement): Promise<void> => {
  const { consumer, settling, publishing, metrics, now, isFinal, stopping: signal } = settlement;
  const offsetCommits = new OffsetCommits<CommandTopic>(async done => {
    steps.committingOffsets.publish({ messages: done.length });
    await publishing.until(() => consumer.commit(done), { signal, isFinal });
    steps.offsetsCommitted.publish({ messages: done.length });
  });
  // Of the batch that was settled last, and of the one before it.
  let [published, publishedBefore] = [Promise.resolve(), Promise.resolve()];
  const take = async (): Promise<Taken> =>
    withCommands(await settling.until(() => consumer.take({ max: commandsPerBatch, signal }), { signal, isFinal, mayWait: true }));
  // Not in the loop, where what publishes the result would keep the messages in memory with it.
  const settle = (taken: Taken, whenSent: () => void): Promise<Result> =>
    settling.until(() => settleBatch(taken, settlement, whenSent), { signal, isFinal });
  let next: Promise<Taken> | undefined;
  for (;;) {
    const taken = await (next ?? take());
    if (taken.messages.length === 0) break;
    const sent = Promise.withResolvers<void>();
    const settled = settle(taken, sent.resolve);
    await Promise.race([sent.promise, settled.catch(() => undefined)]);
    // What was sent goes out at the end of its turn. The database needs longer to write a full batch than it takes here to read one. One
    // that is not full still gathers.
    await setImmediate();
    next = consumer.queued < commandsPerBatch ? undefined : take();
    next?.catch(() => undefined);
    const result = await settled;
    await publishedBefore;
    publishedBefore = published;
    published = published
      .then(() => publishing.until(() => publish(result, settlement), { signal, isFinal }))
      .then(() => {
        metrics.answered(now().getTime() - result.writtenMs);
        offsetCommits.add(result.last);
      });
    // Its failure is met two batches later; until then it is nobody's unhandled rejection.
    published.catch(() => undefined);
  }
  await published;
  await offsetCommits.flush();
};

const withCommands = (messages: readonly Received<CommandTopic>[]): Taken =>
  ({ messages, commands: messages.flatMap(message => ('record' in message ? commandOf(message) : [])) });

/** Settles what can be read in one transaction, or in several where the database refuses something. */
const settleBatch = async ({ messages, commands }: Taken, { settle, metrics, log, now }: Settlement, whenSent: () => void): Promise<Result> => {
  const started = performance.now();
  steps.decoded.publish({ messages: messages.length });
  const buried: Buried[] = messages.flatMap(message => ('unreadable' in message ? { message, reason: message.unreadable } : []));
  const last = lastOfEachPartition(messages);
  const all = { offsets: nextOffsets(last), now: now(), whenSent };
  const { settled, refused, inOne } = await settleDividing(commands, part => settle({ ...all, commands: part, offsets: part === commands ? all.offsets : [] }));
  // No part could tell how far the whole batch is settled.
  if (!inOne) await settle({ ...all, commands: [] });
  for (const { command, reason } of refused) {
    const message = messages.find(({ raw }) => isSamePosition(raw, command.position));
    if (message) buried.push({ message, command, reason });
  }
  metrics.observe(settled, messages.length, performance.now() - started);
  logSettled(log, settled);
  steps.committed.publish({ messages: messages.length });
  const writtenMs = messages.reduce((oldest, { raw }) => Math.min(oldest, raw.timestampMs), Infinity);
  return { settled: settled.map(({ entry, as }) => ({ entry, as })), buried, last, writtenMs };
};

/** Sends feedback, events and dead letters; these are counted and told of once they are safe. */
const publish = async ({ settled, buried }: Result, { producer, metrics, log }: Settlement): Promise<void> => {
  const letters = buried.map(({ message, reason }) => deadLetterOf(message.raw, reason));
  const encoded = [...producer.encode(letters)];
  for (let from = 0; from < settled.length; from += commandsEncodedAtOnce) {
    if (from > 0) await setImmediate();
    encoded.push(...producer.encode(settled.slice(from, from + commandsEncodedAtOnce).flatMap(messagesOf)));
  }
  const messages = settled.length + buried.length;
  const sent = producer.sendEncoded(encoded);
  steps.publishing.publish({ messages });
  await sent;
  steps.published.publish({ messages });
  for (const { message: { raw: { topic, partition, offset } }, command, reason } of buried) {
    metrics.deadLetters.inc({ topic });
    log.warn({ ...(command ? identityOf(command) : { topic, partition, offset }), reason }, 'dead letter');
  }
};
