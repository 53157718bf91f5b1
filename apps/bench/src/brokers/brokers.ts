/** Kills brokers of a cluster under load, one at a time, and sees that the bank goes on without them and takes them back. */
import { setTimeout as delay } from 'node:timers/promises';
import { groupProgress } from '@bank/messaging';
import type { Stack } from '@bank/stack';
import { topics, type TopicName } from '@bank/topology';
import { handlers } from '../bank/backlog.ts';
import type { Bank } from '../bank/bank.ts';
import { Cluster } from './cluster.ts';
import { Traffic, type Rate } from './traffic.ts';

const replicas = 3;
const wholeWithinMs = 60_000;
const askEveryMs = 100;

export type BrokerKill = {
  readonly broker: number;
  /** Partitions of the transfers' topic that it led. */
  readonly led: number;
  /** Whether it coordinated the handlers. */
  readonly coordinated: boolean;
  /** The longest time without an answer while it was away. */
  readonly longestPauseMs: number;
  /** Partitions of the command topics that lacked a copy while it was away. */
  readonly underReplicated: number;
  /** From its start until every partition had three copies in step. */
  readonly wholeAfterMs: number;
};

export type BrokerKillsOptions = Rate & {
  /** The brokers to kill, by their numbers. */
  readonly victims: readonly number[];
  /** Transfers made after each kill that have to be answered before the broker comes back. */
  readonly answersWithout: number;
};

/**
 * Kills brokers of a bank whose handlers run.
 *
 * @returns the kills, and how many transfers were sent
 * @throws Error when the bank does not go on without a broker, or the broker does not catch up
 */
export const killBrokers = async (stack: Stack, bank: Bank, options: BrokerKillsOptions): Promise<{ readonly kills: readonly BrokerKill[]; readonly sent: number }> => {
  await using cluster = await Cluster.connect(bank.connection);
  const traffic = await Traffic.start(bank, options);
  const kills: BrokerKill[] = [];
  try {
    for (const victim of options.victims) {
      // The load runs, and its first answers are there.
      await traffic.untilAnswered(1);
      kills.push(await killOne({ stack, bank, cluster, traffic }, victim, options));
    }
  } finally {
    await traffic[Symbol.asyncDispose]();
  }
  return { kills, sent: traffic.sent };
};

type Scene = { readonly stack: Stack; readonly bank: Bank; readonly cluster: Cluster; readonly traffic: Traffic };

const killOne = async ({ stack, bank, cluster, traffic }: Scene, broker: number, { answersWithout }: BrokerKillsOptions): Promise<BrokerKill> => {
  const coordinated = (await cluster.coordinatorOf(handlers.group)) === broker;
  const led = await cluster.ledBy(broker, 'confirm_money_transfer');
  traffic.takeLongestPauseMs();
  await stack.stop(`kafka-${broker}`, 'SIGKILL');
  await traffic.untilAnswered(answersWithout);
  const longestPauseMs = traffic.takeLongestPauseMs();
  const progress = await groupProgress(bank.connection, handlers.group, handlers.topics);
  const underReplicated = progress.reduce((sum, topic) => sum + topic.underReplicated, 0);
  const startedMs = performance.now();
  await stack.start(`kafka-${broker}`);
  await untilWhole(cluster);
  return { broker, led, coordinated, longestPauseMs, underReplicated, wholeAfterMs: performance.now() - startedMs };
};

/** Waits until every partition has three copies in step. @throws Error when they have not within a minute */
export const untilWhole = async (cluster: Cluster): Promise<void> => {
  const patience = AbortSignal.timeout(wholeWithinMs);
  const all = Object.keys(topics) as TopicName[];
  for (;;) {
    const lacking = await cluster.lacking(replicas, all);
    if (lacking.length === 0) return;
    if (patience.aborted) throw new Error(`not ${replicas} copies in step after ${wholeWithinMs / 1_000} s: ${lacking.join('; ')}`);
    await delay(askEveryMs);
  }
};
