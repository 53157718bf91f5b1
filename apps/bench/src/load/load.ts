/** Whether the load is what it says: all that stands on the topics, against the rates that were asked for. */
import { setTimeout as delay } from 'node:timers/promises';
import { committedOffsets, type Received } from '@bank/messaging';
import { commandIdOf, type CommandId, type RecordOn, type RecordTopic } from '@bank/topology';
import { readAll } from '../audit/read.ts';
import type { Bank } from '../bank/bank.ts';
import { untilDone } from '../bank/backlog.ts';
import type { Steps } from '../bank/heartbeat.ts';
import { Watermarks } from '../bank/watermarks.ts';
import type { Beaten, LoadSource, RunOptions } from './source.ts';
import { extremesOf, lateMsOf, type Extremes, type Span } from './windows.ts';

/** What a heartbeat becomes, and each of it stands on topics of its own. */
export const stages = ['heartbeats', 'commands', 'feedback'] as const;
export type Stage = (typeof stages)[number];

/** When what was written to the topics of a stage, in milliseconds since 1970. */
type Moments = Readonly<Record<Stage, readonly number[]>>;

export type Totals = {
  readonly asked: number;
  readonly missed: number;
  readonly heartbeats: number;
  /** Heartbeats whose accounts were not known. */
  readonly withoutCommand: number;
  /** Commands that heartbeats made: the first salaries of new accounts are not among them, nor is their feedback below. */
  readonly commands: number;
  readonly feedback: number;
  readonly confirmed: number;
};

export type StageKept = Extremes & {
  /** How far it was behind the clock at the worst, milliseconds; of these, those from one batch of heartbeats to the next cannot be less. */
  readonly lateMs: number;
};
/** A step: of each stage the least and the most in any window, a second. */
export type StepKept = { readonly perSecond: number; readonly kept: Readonly<Record<Stage, StageKept>> };
export type Kept = { readonly totals: Totals; readonly steps: readonly StepKept[] };

export type LoadOptions = Steps & RunOptions & {
  /** Milliseconds, at most those of a step. */
  readonly windowMs: number;
};

/**
 * Puts a load on a bank whose handler runs, and counts what has become of it when all is done.
 *
 * @throws Error when the bank does not come to an end, or what the signal has as its reason
 */
export const putLoad = async (bank: Bank, source: LoadSource, { steps, seconds, windowMs, ...options }: LoadOptions): Promise<Kept> => {
  // What came before is not to be taken for what comes now.
  await untilIdle(bank);
  const withoutBefore = await source.withoutCommand();
  const beaten = await source.run({ steps, seconds }, options);
  await untilIdle(bank);
  const { moments, confirmed } = await read(bank, beaten);
  const spans = steps.map((perSecond, at) => ({ perSecond, span: spanOf(beaten, seconds, at) }));
  return {
    totals: {
      asked: beaten.sent + beaten.missed,
      missed: beaten.missed,
      heartbeats: moments.heartbeats.length,
      withoutCommand: (await source.withoutCommand()) - withoutBefore,
      commands: moments.commands.length,
      feedback: moments.feedback.length,
      confirmed,
    },
    steps: spans.map(({ perSecond, span }) => ({ perSecond, kept: keptOf(moments, { perSecond, span, windowMs }) })),
  };
};

const spanOf = ({ beganMs }: Beaten, seconds: number, at: number): Span =>
  ({ fromMs: beganMs + at * seconds * 1_000, toMs: beganMs + (at + 1) * seconds * 1_000 });

type Asked = { readonly perSecond: number; readonly span: Span; readonly windowMs: number };

const keptOf = (moments: Moments, { perSecond, span, windowMs }: Asked): StepKept['kept'] => {
  const of = (stage: Stage): StageKept => {
    const { least, most } = extremesOf(moments[stage], span, windowMs);
    return { least: (least * 1_000) / windowMs, most: (most * 1_000) / windowMs, lateMs: lateMsOf(moments[stage], span, perSecond) };
  };
  return { heartbeats: of('heartbeats'), commands: of('commands'), feedback: of('feedback') };
};

const askEveryMs = 100;
const patienceMs = 60_000;

/** Waits until the generator has made a command of every heartbeat, and the bank has done with these. */
const untilIdle = async (bank: Bank): Promise<void> => {
  await untilGenerated(bank);
  await untilDone(bank);
};

const untilGenerated = async ({ connection }: Bank): Promise<void> => {
  await using watermarks = await Watermarks.connect(connection);
  const patience = AbortSignal.timeout(patienceMs);
  for (;;) {
    const [committed] = await committedOffsets(connection, 'command-generator', ['heartbeat']);
    const left = (await watermarks.written('heartbeat')) - Number(committed?.offset ?? 0);
    if (left === 0) return;
    if (patience.aborted) throw new Error(`the generator left ${left} heartbeats without a command for ${patienceMs / 1_000} s`);
    await delay(askEveryMs);
  }
};

type Read = { readonly moments: Moments; readonly confirmed: number };

/** Reads what was written since a load was asked for. */
const read = async ({ connection }: Bank, { askedMs }: Beaten): Promise<Read> => {
  const feedback: { readonly id: CommandId; readonly atMs: number; readonly confirms: boolean }[] = [];
  await readAll(connection, ['account_creation_feedback', 'money_transfer_feedback'], message => {
    const { type, value } = recordOf(message);
    const confirms = type === 'AccountCreationConfirmed' || type === 'MoneyTransferConfirmed';
    if (message.raw.timestampMs >= askedMs) feedback.push({ id: commandIdOf(value.id), atMs: message.raw.timestampMs, confirms });
  });
  const [heartbeats, commands]: [number[], number[]] = [[], []];
  // No heartbeat asks for these: a new account does. One may still be sent, so they are read after the feedback.
  const firstSalaries = new Set<CommandId>();
  await readAll(connection, ['heartbeat', 'confirm_account_creation', 'confirm_money_transfer'], message => {
    const { type, value } = recordOf(message);
    const { raw: { timestampMs } } = message;
    if (type === 'ConfirmMoneyTransfer' && value.description === 'first salary') firstSalaries.add(commandIdOf(value.id));
    else if (timestampMs >= askedMs) (type === 'Heartbeat' ? heartbeats : commands).push(timestampMs);
  });
  const counting = feedback.filter(({ id }) => !firstSalaries.has(id));
  return {
    moments: { heartbeats, commands, feedback: counting.map(({ atMs }) => atMs) },
    confirmed: counting.filter(({ confirms }) => confirms).length,
  };
};

const recordOf = <T extends RecordTopic>(message: Received<T>): RecordOn<T> => {
  if ('record' in message) return message.record;
  throw new Error(`a message of ${message.topic} cannot be read: ${message.unreadable}`);
};
