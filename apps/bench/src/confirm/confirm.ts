/** One client who moves money, one mutation at a time, and how long each takes to be answered. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { Client } from '../bank/client.ts';
import { company } from '@bank/topology';

/** Cents: a deposit brings more than a transfer takes, so that money never lacks. */
const deposited = 200n;
const transferred = 100n;

/** Between an answer and the next mutation: at random, so that nothing falls in step with anything that is periodic. */
const pauseMs = { least: 20, most: 80 };

export type Mutation = {
  readonly kind: 'deposit' | 'transfer';
  /** When it was asked for and answered as confirmed, in milliseconds since 1970. */
  readonly askedMs: number;
  readonly answeredMs: number;
};

/**
 * Deposits and transfers to the company, alternately.
 *
 * @param pairs how many of each
 * @throws Error when one is not confirmed
 */
export const confirm = async (client: Client, pairs: number, random: RandomGenerator): Promise<readonly Mutation[]> => {
  const mutations: Mutation[] = [];
  for (let count = 0; count < pairs; count += 1) {
    mutations.push(await timed('deposit', () => client.deposit(deposited)));
    await pause(random);
    mutations.push(await timed('transfer', () => client.transfer(company.iban, transferred)));
    await pause(random);
  }
  return mutations;
};

const timed = async (kind: Mutation['kind'], mutate: () => Promise<void>): Promise<Mutation> => {
  const askedMs = now();
  await mutate();
  return { kind, askedMs, answeredMs: now() };
};

const now = (): number => performance.timeOrigin + performance.now();

const pause = (random: RandomGenerator): Promise<void> => delay(uniformInt(random, pauseMs.least, pauseMs.most));
