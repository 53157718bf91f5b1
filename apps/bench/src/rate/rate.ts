/** Transfers at a constant rate, sent when they are due whether or not the bank keeps up, and how long each took to be answered. */
import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks';
import { Producer, type Consumer, type Received } from '@bank/messaging';
import { commandIdOf, type CommandId } from '@bank/topology';
import type { Bank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { sendWhenDue, totalOf, type Load } from '../bank/open-loop.ts';
import { readFromNow } from '../bank/reader.ts';
import { microsecondsOf } from '../latency.ts';

type AnswerTopic = 'money_transfer_feedback' | 'balance_changed';
type Answer = Received<AnswerTopic>;

/** How long after the last transfer answers are awaited. */
const patienceMs = 60_000;

export type RateLoad = Load & {
  /** Whether changes of balances are read too: three times as many messages, for which the bench takes its part of the processors. */
  readonly balances: boolean;
};

export type Measured = {
  /** Of the transfers that count, those that were not refused. */
  readonly confirmed: number;
  /** From the moment a transfer was due until its feedback was received, in microseconds. */
  readonly toFeedback: RecordableHistogram;
  /** The same until the last of its changes of balances was received; empty when they are not read. */
  readonly toBalanceChanged: RecordableHistogram;
  /** How long after the last transfer was due its answer, or that of another, was received: much, when the bank does not keep up. */
  readonly lagMs: number;
};

/** A transfer whose answers are not all there. */
type Pending = { readonly dueMs: number; readonly counts: boolean; toCome: number };

/**
 * Puts a load on a bank whose handler runs, and measures until all is answered.
 *
 * @throws Error when answers do not come
 */
export const measure = async ({ connection }: Bank, load: RateLoad): Promise<Measured> => {
  const pending = new Map<CommandId, Pending>();
  await using consumer = await readFromNow<AnswerTopic>(connection, load.balances ? ['money_transfer_feedback', 'balance_changed'] : ['money_transfer_feedback']);
  await using producer = await Producer.connect(connection, ['confirm_money_transfer']);
  const [lastDueMs, measured] = await Promise.all([send(producer, load, pending), receive(consumer, load, pending)]);
  return { ...measured, lagMs: performance.now() - lastDueMs };
};

/** Sends each transfer when it is due, and notes that it is pending; gives when the last was due. */
const send = (producer: Producer<'confirm_money_transfer'>, load: RateLoad, pending: Map<CommandId, Pending>): Promise<number> => {
  const { accounts, random, perSecond, warmUpSeconds } = load;
  // When it is confirmed: its feedback, and a change of each balance.
  const answersOfEach = load.balances ? 3 : 1;
  return sendWhenDue(producer, { perSecond, total: totalOf(load) }, due => {
    const transfers = randomTransfers(accounts, due.length, random);
    for (const [at, { nth, dueMs }] of due.entries()) {
      const id = transfers[at]?.record.value.id;
      if (id) pending.set(commandIdOf(id), { dueMs, counts: nth >= perSecond * warmUpSeconds, toCome: answersOfEach });
    }
    return transfers;
  });
};

/** Receives until every transfer is answered, and takes each time. */
const receive = async (consumer: Consumer<AnswerTopic>, load: RateLoad, pending: Map<CommandId, Pending>): Promise<Omit<Measured, 'lagMs'>> => {
  const [toFeedback, toBalanceChanged] = [createHistogram(), createHistogram()];
  let [unanswered, confirmed] = [totalOf(load), 0];

  const count = (answer: Answer): void => {
    if (!('record' in answer)) throw new Error(`an answer cannot be read: ${answer.unreadable}`);
    const { type, value } = answer.record;
    const id = type === 'BalanceChanged' ? value.transfer_id : value.id;
    const key = id && commandIdOf(id);
    const transfer = key && pending.get(key);
    if (!transfer) return;
    const tookMs = performance.now() - transfer.dueMs;
    const record = (histogram: RecordableHistogram): void => {
      if (transfer.counts) histogram.record(microsecondsOf(tookMs));
    };
    const isRefused = type === 'MoneyTransferFailed';
    if (type !== 'BalanceChanged') record(toFeedback);
    if (type === 'MoneyTransferConfirmed' && transfer.counts) confirmed += 1;
    transfer.toCome -= isRefused ? transfer.toCome : 1;
    if (transfer.toCome > 0) return;
    if (!isRefused && load.balances) record(toBalanceChanged);
    pending.delete(key);
    unanswered -= 1;
  };

  const signal = AbortSignal.timeout((load.warmUpSeconds + load.seconds) * 1_000 + patienceMs);
  while (unanswered > 0) {
    const answers = await consumer.take({ max: 10_000, signal });
    if (answers.length === 0) throw new Error(`${unanswered} transfers were not answered ${patienceMs / 1_000} s after the last was sent`);
    for (const answer of answers) count(answer);
  }
  return { confirmed, toFeedback, toBalanceChanged };
};
