/** Transfers at a constant rate, sent when they are due whether or not the bank keeps up, and how long each took to be answered. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { Producer, type Consumer, type Received } from '@bank/messaging';
import { commandIdOf, type CommandId } from '@bank/topology';
import type { Bank } from '../bank/bank.ts';
import { randomTransfers, type Account } from '../bank/commands.ts';
import { readFromNow } from '../bank/reader.ts';

const answerTopics = ['money_transfer_feedback', 'balance_changed'] as const;
type Answer = Received<(typeof answerTopics)[number]>;

/** How often what has fallen due is sent; that it waited counts. */
const tickMs = 1;

/** How long after the last transfer answers are awaited. */
const patienceMs = 60_000;

const microsecondsPerMs = 1_000;

export type Load = {
  readonly accounts: readonly Account[];
  readonly random: RandomGenerator;
  readonly perSecond: number;
  readonly seconds: number;
  /** Before that, at the same rate, and not counted: programs that have just started are slow. */
  readonly warmUpSeconds: number;
};

export type Measured = {
  /** From the moment a transfer was due until its feedback was received, in microseconds. */
  readonly toFeedback: RecordableHistogram;
  /** The same until the last of its changes of balances was received. */
  readonly toBalanceChanged: RecordableHistogram;
  /** How long after the last transfer was due its answer, or that of another, was received: much, when the bank does not keep up. */
  readonly lagMs: number;
};

/** A confirmed transfer between two accounts: its feedback, and a change of each balance. */
const answersOfEach = 3;

/** A transfer whose answers are not all there. */
type Pending = { readonly dueMs: number; readonly counts: boolean; toCome: number };

/**
 * Puts a load on a bank whose handler runs, and measures until all is answered.
 *
 * @throws Error when answers do not come
 */
export const measure = async ({ connection }: Bank, load: Load): Promise<Measured> => {
  const pending = new Map<CommandId, Pending>();
  await using consumer = await readFromNow(connection, answerTopics);
  await using producer = await Producer.connect(connection, ['confirm_money_transfer']);
  const [lastDueMs, measured] = await Promise.all([send(producer, load, pending), receive(consumer, load, pending)]);
  return { ...measured, lagMs: performance.now() - lastDueMs };
};

const totalOf = ({ perSecond, seconds, warmUpSeconds }: Load): number => Math.round(perSecond * (seconds + warmUpSeconds));

/** Sends each transfer when it is due, however many are not answered; gives when the last was due. */
const send = async (producer: Producer<'confirm_money_transfer'>, load: Load, pending: Map<CommandId, Pending>): Promise<number> => {
  const { accounts, random, perSecond, warmUpSeconds } = load;
  const total = totalOf(load);
  const begin = performance.now();
  const dueMsOf = (count: number): number => begin + (count * 1_000) / perSecond;
  const failure = new AbortController();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - begin) * perSecond) / 1_000) + 1);
    const transfers = randomTransfers(accounts, due - sent, random);
    for (const { record } of transfers) {
      const dueMs = dueMsOf(sent++);
      pending.set(commandIdOf(record.value.id), { dueMs, counts: dueMs >= begin + warmUpSeconds * 1_000, toCome: answersOfEach });
    }
    producer.send(transfers).catch((error: unknown) => failure.abort(error));
    await delay(tickMs);
    failure.signal.throwIfAborted();
  }
  return dueMsOf(total - 1);
};

/** Receives until every transfer is answered, and takes each time. */
const receive = async (consumer: Consumer<(typeof answerTopics)[number]>, load: Load, pending: Map<CommandId, Pending>): Promise<Omit<Measured, 'lagMs'>> => {
  const [toFeedback, toBalanceChanged] = [createHistogram(), createHistogram()];
  let unanswered = totalOf(load);

  const count = (answer: Answer): void => {
    if (!('record' in answer)) throw new Error(`an answer cannot be read: ${answer.unreadable}`);
    const { type, value } = answer.record;
    const id = type === 'BalanceChanged' ? value.transfer_id : value.id;
    const key = id && commandIdOf(id);
    const transfer = key && pending.get(key);
    if (!transfer) return;
    const tookMs = performance.now() - transfer.dueMs;
    const record = (histogram: RecordableHistogram): void => {
      if (transfer.counts) histogram.record(Math.max(1, Math.round(tookMs * microsecondsPerMs)));
    };
    const isRefused = type === 'MoneyTransferFailed';
    if (type !== 'BalanceChanged') record(toFeedback);
    transfer.toCome -= isRefused ? answersOfEach : 1;
    if (transfer.toCome > 0) return;
    if (!isRefused) record(toBalanceChanged);
    pending.delete(key);
    unanswered -= 1;
  };

  const signal = AbortSignal.timeout((load.warmUpSeconds + load.seconds) * 1_000 + patienceMs);
  while (unanswered > 0) {
    const answers = await consumer.take({ max: 10_000, signal });
    if (answers.length === 0) throw new Error(`${unanswered} transfers were not answered ${patienceMs / 1_000} s after the last was sent`);
    for (const answer of answers) count(answer);
  }
  return { toFeedback, toBalanceChanged };
};
