/** Kills the handlers of a bank, one after the other, while they work; then lets one finish, and audits what came of it all. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { Producer } from '@bank/messaging';
import { audit } from '../audit/audit.ts';
import type { Audit } from '../audit/books.ts';
import { backlogOf, untilDone } from '../bank/backlog.ts';
import type { Bank } from '../bank/bank.ts';
import { randomTransfers, type Account } from '../bank/commands.ts';
import { leastBacklog, type Point } from './points.ts';

const killer = new URL('killer.ts', import.meta.url).href;
/** The group notices soon that a member is dead. */
const session = { KAFKA_SESSION_TIMEOUT_MS: '1500' };

/** A kill as it was: at which of the handler's times at a point, from 1, and how long after it. */
export type Kill = { readonly point: string; readonly pass: number; readonly delayMs?: number };

export type CrashOptions = {
  readonly accounts: readonly Account[];
  /** Where to kill, in this order. */
  readonly at: readonly Point[];
  /** Commands that wait before each kill. */
  readonly backlog?: number;
  readonly random: RandomGenerator;
};

export type Crashed = { readonly kills: readonly Kill[]; readonly audit: Audit };

/**
 * Kills handlers of a bank that has none running.
 *
 * @returns the kills, and an audit of all that the bank ever did
 * @throws Error when a handler ends otherwise than killed where it was to be
 */
export const crash = async (bank: Bank, options: CrashOptions): Promise<Crashed> => {
  const { accounts, at, backlog = leastBacklog, random } = options;
  await using producer = await Producer.connect(bank.connection, ['confirm_money_transfer']);
  const kills: Kill[] = [];
  for (const point of at) {
    const missing = Math.max(0, backlog - (await backlogOf(bank)));
    await producer.send(randomTransfers(accounts, missing, random));
    kills.push(await killOne(bank, point, random));
  }
  const last = await bank.startHandler({ env: session });
  await untilDone(bank);
  await last[Symbol.asyncDispose]();
  return { kills, audit: await audit(bank) };
};

/** Runs a handler until it is killed at a point. */
const killOne = async (bank: Bank, { name, channel, passes, delayMs, before }: Point, random: RandomGenerator): Promise<Kill> => {
  const pass = uniformInt(random, 1, passes);
  const kill: Kill = { point: name, pass, ...(delayMs !== undefined && { delayMs: uniformInt(random, 0, delayMs) }) };
  const { code, signal, output } = await bank.runHandler({
    nodeOptions: ['--import', killer],
    env: {
      ...session,
      KILL_CHANNEL: channel,
      KILL_PASS: String(kill.pass),
      ...(kill.delayMs !== undefined && { KILL_DELAY_MS: String(kill.delayMs) }),
      ...(before !== undefined && { KILL_BEFORE: before }),
    },
  });
  // What killed it left its word: another SIGKILL, of a system out of memory, is no kill at this point.
  if (signal === 'SIGKILL' && output.includes(`killed at ${channel}\n`)) return kill;
  throw new Error(`a handler that was to be killed ${name} ended with ${signal ?? `code ${code}`}\n${output}`);
};
