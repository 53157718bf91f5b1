/** The loop that turns heartbeats into commands: take what waits, send what it makes, then commit. */
import { CommitError, type Consumer, type Received } from '@bank/messaging';
import type { Logger, Retry } from '@bank/service';
import type { Accounts } from '../accounts/accounts.ts';
import { openingOf, transferCommandOf, type Beat, type Command } from '../command/command.ts';
import { accountId } from '../command/ids.ts';
import type { Run } from '../command/run.ts';
import type { Counts } from '../metrics.ts';
import { opensAccount } from '../mix/beats.ts';
import { batchSize, takeFrom } from '../take.ts';
import { chunksOf, unseenCreationBeats } from './recall.ts';

export type Generation = {
  readonly run: Run;
  readonly accounts: Accounts;
  readonly heartbeats: Consumer<'heartbeat'>;
  /** Sends commands until they are acknowledged. */
  readonly send: (commands: readonly Command[]) => Promise<void>;
  readonly retry: Retry;
  readonly counts: Counts;
  readonly log: Logger;
  readonly stopping: AbortSignal;
};

/** How long the answers about accounts asked for again are waited for. A bank that is away longer must not hold up the load. */
const recallWithinMs = 5_000;

/** Generates until the service stops; the batch in hand is finished and committed. */
export const generate = async (generation: Generation): Promise<void> => {
  const { heartbeats, send, counts, stopping } = generation;
  let seenBelow = 0;
  while (!stopping.aborted) {
    const taken = await takeFrom(heartbeats, generation);
    const beats = readableOf(taken, generation);
    // If not, the batch comes again to whoever is next: better than to make nothing of it because its accounts are not known.
    if (!(await recall(generation, seenBelow, beats))) return;
    const commands = commandsOf(generation, beats);
    await send(commands);
    await commit(generation, taken);
    counts.idle('account unknown', beats.length - commands.length);
    seenBelow = beats.reduce((below, { beat }) => Math.max(below, beat + 1), seenBelow);
  }
};

/** Commits, or lets it be: the next commit covers it, and a heartbeat that comes again makes the same command. */
const commit = async ({ heartbeats, log }: Generation, taken: readonly Received<'heartbeat'>[]): Promise<void> => {
  try {
    await heartbeats.commit(taken);
  } catch (error) {
    if (!(error instanceof CommitError)) throw error;
    log.warn({ err: error }, 'heartbeats may come again');
  }
};

/**
 * Asks again for the accounts of beats that went by unseen, and waits a little for them to be known.
 *
 * @returns whether the service goes on; false when it was told to stop before all was asked and answered
 */
const recall = async ({ run, accounts, send, log, stopping }: Generation, seenBelow: number, beats: readonly Beat[]): Promise<boolean> => {
  let recalled = 0;
  for (const chunk of chunksOf(unseenCreationBeats(seenBelow, beats.map(({ beat }) => beat)), batchSize)) {
    if (stopping.aborted) return false;
    for (const creationBeat of chunk) accounts.expect(accountId(run, creationBeat), creationBeat);
    await send(chunk.map(creationBeat => openingOf(run, creationBeat, 'recalled account')));
    recalled += chunk.length;
  }
  if (recalled === 0) return true;
  await accounts.answered(AbortSignal.any([stopping, AbortSignal.timeout(recallWithinMs)]));
  log.info({ recalled, known: accounts.size }, 'accounts asked for again');
  return !stopping.aborted;
};

/** The commands of heartbeats, one each; none of those whose accounts are not known. */
const commandsOf = ({ run, accounts }: Generation, beats: readonly Beat[]): readonly Command[] =>
  beats.flatMap(({ beat, offset }) => {
    if (opensAccount(beat)) {
      accounts.expect(accountId(run, beat), beat);
      return [openingOf(run, beat, 'account')];
    }
    return transferCommandOf(run, { beat, offset }, creationBeat => accounts.of(creationBeat)) ?? [];
  });

/** The beats of heartbeats; those that cannot be read are counted and told of. */
const readableOf = (taken: readonly Received<'heartbeat'>[], { counts, log }: Generation): readonly Beat[] =>
  taken.flatMap(heartbeat => {
    const { raw: { offset } } = heartbeat;
    const beat = 'record' in heartbeat ? Number(heartbeat.record.value.beat) : undefined;
    if (beat !== undefined && Number.isSafeInteger(beat) && beat >= 0) return [{ beat, offset }];
    counts.idle('unreadable', 1);
    const reason = 'unreadable' in heartbeat ? heartbeat.unreadable : 'the beat is out of range';
    log.warn({ offset: String(offset), reason }, 'heartbeat left out');
    return [];
  });
