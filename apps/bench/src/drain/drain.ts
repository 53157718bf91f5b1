/** One drain: transfers wait on their topic, a handler is started, and all is counted when it has settled the last. */
import { setTimeout as delay } from 'node:timers/promises';
import { Consumer, Producer, type Connection } from '@bank/messaging';
import type { ProgramOptions } from '@bank/stack';
import { commandIdOf } from '@bank/topology';
import type { Bank } from '../bank/bank.ts';
import type { Transfer } from '../bank/commands.ts';
import { relyOn } from '../bank/reliance.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { peakMemoryOf } from '../process/memory.ts';
import { processorSecondsOf } from '../process/processor.ts';

/** Longer than any drain that makes progress: past it, it hangs. */
const patienceMs = 600_000;
/** A handler that answers nothing for so long will not answer. */
const silenceMs = 60_000;
const pollMs = 50;

export type Drained = {
  readonly commands: number;
  readonly confirmed: number;
  /** From the first feedback to the last, as their records are stamped. */
  readonly seconds: number;
  /** Of those answered after the first batch, with which the time begins. */
  readonly commandsPerSecond: number;
  /** What the handler and each server used of the processors, from the handler's start, start-up included, to the last feedback. */
  readonly processorSeconds: Readonly<Record<string, number>>;
  /** The most memory that the handler had resident. */
  readonly handlerPeakBytes: number;
};

export type DrainOptions = {
  /** The processes whose work is counted beside the handler's. */
  readonly servers: readonly { readonly name: string; readonly pid: number }[];
  readonly handler: Partial<ProgramOptions>;
};

/**
 * Drains commands, all of them new transfers.
 *
 * @throws Error when one has no feedback, or more than one
 */
export const drain = async (bank: Bank, commands: readonly Transfer[], { servers, handler: options }: DrainOptions): Promise<Drained> => {
  const { connection } = bank;
  await using watermarks = await Watermarks.connect(connection);
  const written = (): Promise<number> => watermarks.written('money_transfer_feedback');
  const before = await written();
  await send(connection, commands);

  const secondsBefore = servers.map(({ pid }) => processorSecondsOf(pid));
  await using handler = await bank.startHandler(options);
  await relyOn(handler, () => untilAnswered(async () => (await written()) - before, commands.length));
  const processorSeconds = {
    handler: processorSecondsOf(handler.pid),
    ...Object.fromEntries(servers.map(({ name, pid }, at) => [name, processorSecondsOf(pid) - (secondsBefore[at] ?? 0)])),
  };
  const handlerPeakBytes = peakMemoryOf(handler.pid);
  // Stopped before it is counted: if it says something twice, it has said it then.
  await handler[Symbol.asyncDispose]();
  return { ...(await count(connection, commands, (await written()) - before)), processorSeconds, handlerPeakBytes };
};

/** Waits for answers. @throws Error when no more come */
const untilAnswered = async (answered: () => Promise<number>, all: number): Promise<void> => {
  let [most, since] = [0, performance.now()];
  for (let count = await answered(); count < all; count = await answered()) {
    if (count > most) [most, since] = [count, performance.now()];
    if (performance.now() - since > silenceMs) throw new Error(`${all - count} of ${all} transfers were not answered, and no more of them for ${silenceMs / 1_000} s`);
    await delay(pollMs);
  }
};

const send = async (connection: Connection, commands: readonly Transfer[]): Promise<void> => {
  await using producer = await Producer.connect(connection, ['confirm_money_transfer']);
  await producer.send(commands);
};

/** Reads the feedback that came since the last time, and tells how long it took to be written. */
const count = async (connection: Connection, commands: readonly Transfer[], feedbacks: number): Promise<Omit<Drained, 'processorSeconds' | 'handlerPeakBytes'>> => {
  const waiting = new Set(commands.map(({ record }) => commandIdOf(record.value.id)));
  const signal = AbortSignal.timeout(patienceMs);
  let [confirmed, seen, last] = [0, 0, 0];
  // When the first batch was answered, and how many were with it.
  let [first, atFirst] = [Infinity, 0];
  await using consumer = await Consumer.connect(connection, { group: 'bench-drain', topics: ['money_transfer_feedback'], from: 'beginning' });
  while (seen < feedbacks && !signal.aborted) {
    const taken = await consumer.take({ max: 10_000, signal });
    for (const message of taken) {
      seen += 1;
      if (message.raw.timestampMs < first) [first, atFirst] = [message.raw.timestampMs, 0];
      if (message.raw.timestampMs === first) atFirst += 1;
      last = Math.max(last, message.raw.timestampMs);
      if (!('record' in message)) throw new Error(`a feedback cannot be read: ${message.unreadable}`);
      if (!waiting.delete(commandIdOf(message.record.value.id))) throw new Error(`a transfer was answered twice: offset ${message.raw.offset} of partition ${message.raw.partition}`);
      if (message.record.type === 'MoneyTransferConfirmed') confirmed += 1;
    }
    await consumer.commit(taken);
  }
  if (waiting.size > 0) throw new Error(`${waiting.size} of ${commands.length} transfers were not answered`);
  const seconds = (last - first) / 1_000;
  return { commands: commands.length, confirmed, seconds, commandsPerSecond: (commands.length - atFirst) / seconds };
};
