/** Whether a bank has kept its promises: what it did is reckoned up again from its topics, and compared with its database. */
import { setTimeout as delay } from 'node:timers/promises';
import { committedOffsets, type Connection } from '@bank/messaging';
import { Books, commandTopics, feedbackTopics, type Audit } from './books.ts';
import { partitionNameOf } from './place.ts';
import { readAll, readDeadLetters, type OnRead } from './read.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';

/** How long the handlers may take to publish what they have settled. */
const publishWithinMs = 30_000;
const askEveryMs = 100;

/** What is audited: the topics that a connection reaches, and the handler's database. */
export type Auditable = { readonly connection: Connection; readonly databaseUrl: string };

/**
 * Audits a bank, at rest or at work: all that its database had settled at the moment of the call.
 *
 * The same moment of everything is found without stopping anybody. One transaction reads balances, outcomes and settled offsets. The
 * commands before these offsets are those that the balances hold; once the handlers have committed these offsets to Kafka, what came of
 * these commands is published; and what was published since tells by its headers of which command it is.
 *
 * @throws Error when the topics do not reach back to the beginning, or cannot be read
 */
export const audit = async ({ connection, databaseUrl }: Auditable): Promise<Audit> => {
  const snapshot = await takeSnapshot(databaseUrl);
  await untilPublished(connection, snapshot);
  const books = new Books(snapshot);
  await readCommands(connection, books);
  await readAll(connection, ['balance_changed'], message => books.change(message));
  return books.close();
};

/** Waits until what is settled is published, and tells whether it is. Not for ever: if it never is, the audit finds what is missing. */
export const untilPublished = async (connection: Connection, { settled }: Snapshot): Promise<boolean> => {
  const isPublished = async (): Promise<boolean> => {
    const positions = await committedOffsets(connection, 'command-handler', commandTopics);
    const committed = new Map(positions.map(position => [partitionNameOf(position), position.offset]));
    return [...settled].every(([name, offset]) => (committed.get(name) ?? 0n) >= offset);
  };
  return becomesTrue(isPublished, publishWithinMs);
};

/** Asks again and again; false when it has not become true in time. */
export const becomesTrue = async (isTrue: () => Promise<boolean>, withinMs: number): Promise<boolean> => {
  const patience = AbortSignal.timeout(withinMs);
  while (!(await isTrue())) {
    if (patience.aborted) return false;
    await delay(askEveryMs);
  }
  return true;
};

/** Enters all commands, dead letters and feedback in the books. */
export const readCommands = async (connection: Connection, books: Books, onRead?: OnRead): Promise<void> => {
  await readAll(connection, commandTopics, message => books.command(message), onRead);
  await readDeadLetters(connection, command => books.deadLetter(command));
  await readAll(connection, feedbackTopics, message => books.feedback(message), onRead);
};
