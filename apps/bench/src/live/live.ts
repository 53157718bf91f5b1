/** Transfers at a constant rate between accounts that are followed, and how long each change took to reach its follower. */
import { performance } from 'node:perf_hooks';
import { Producer } from '@bank/messaging';
import { takeSnapshot } from '../audit/snapshot.ts';
import { untilDone } from '../bank/backlog.ts';
import type { Bank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { sendWhenDue, totalOf, type Load } from '../bank/open-loop.ts';
import type { Latency } from '../latency.ts';
import { faultsOf, type Faults } from './faults.ts';
import type { Subscribers } from './subscribers.ts';

/** How long after the bank has done with the last transfer its changes are awaited. */
const patienceMs = 30_000;

export type Measured = {
  /** Deliveries that count. */
  readonly delivered: number;
  /** From the moment the bank had settled a transfer, which it tells in whole milliseconds, until its change was received. */
  readonly fromCommitMs: Latency;
  /** From the moment a transfer was due. */
  readonly fromDueMs: Latency;
  /** What the subscribers took of the processors, the warm-up included. */
  readonly subscribersSeconds: number;
  /** Of all that happened to the accounts since they were opened. */
  readonly faults: Faults;
};

/** How many changes a load makes in all, when no transfer is refused: one of each of two accounts. */
export const changesOf = (load: Load): number => 2 * totalOf(load);

/**
 * Puts a load on a bank whose handler and endpoint run, and measures until all is delivered, or nothing more comes.
 *
 * @param onSent called when the last transfer is sent
 * @throws Error when a subscription ends
 */
export const measure = async (bank: Bank, subscribers: Subscribers, load: Load, onSent?: () => Promise<void>): Promise<Measured> => {
  await subscribers.begin();
  await subscribers.orFail(send(bank, load));
  await onSent?.();
  await subscribers.orFail(untilDone(bank));
  const { accounts } = await takeSnapshot(bank.databaseUrl);
  const report = await subscribers.reportWhen(({ followed }) => faultsOf(followed, accounts).lost === 0, patienceMs);
  const { counted: delivered, fromCommitMs, fromDueMs, processorSeconds: subscribersSeconds } = report;
  return { delivered, fromCommitMs, fromDueMs, subscribersSeconds, faults: faultsOf(report.followed, accounts) };
};

/** Sends the transfers; each that counts bears as its description when it was due, in milliseconds since 1970. */
const send = async ({ connection }: Bank, load: Load): Promise<void> => {
  const { accounts, random, perSecond, warmUpSeconds } = load;
  await using producer = await Producer.connect(connection, ['confirm_money_transfer']);
  await sendWhenDue(producer, { perSecond, total: totalOf(load) }, due =>
    randomTransfers(accounts, due.length, random, at => {
      const { nth = 0, dueMs = 0 } = due[at] ?? {};
      return nth < perSecond * warmUpSeconds ? 'warm-up' : (performance.timeOrigin + dueMs).toFixed(3);
    }),
  );
};
