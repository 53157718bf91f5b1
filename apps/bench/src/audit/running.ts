/** The audit of a bank that runs, read-only: the handler's database, the topics and the endpoint's database, account by account. */
import { topicOffsets } from '@bank/messaging';
import { differencesIn, type Difference } from './accounts.ts';
import { becomesTrue, readCommands, untilPublished, type Auditable } from './audit.ts';
import { Books, commandTopics, feedbackTopics, type Audit, type Scope } from './books.ts';
import { partitionNameOf } from './place.ts';
import { ProjectionBook } from './projection-book.ts';
import { projectedOffsets, readRowsAgain, takeProjection, type Projection } from './projection.ts';
import { haveLostAny, readAll, type OnRead } from './read.ts';
import { takeSnapshot } from './snapshot.ts';

export type RunningBank = Auditable & { readonly endpointDatabaseUrl: string };

export type Comparison = {
  readonly scope: Scope;
  readonly audit: Audit;
  /** How many accounts the handler's database has, and how many transactions the endpoint's. */
  readonly accounts: number;
  readonly transactions: number;
  readonly differences: readonly Difference[];
};

export type Options = {
  /** How long the endpoint may take to project what was published when the audit began. */
  readonly patienceMs: number;
  /** Told what is done, and what is amiss that the differences alone would not explain. */
  readonly tell: (sentence: string) => void;
  /** Told how far a step is; much more often than anybody wants to read it. */
  readonly onProgress: (step: string) => void;
};

const projectedTopics = ['balance_changed', ...feedbackTopics] as const;
/** So many rows that differ are looked at once more, to tell in what. */
const toldRows = 1_000;

/**
 * Audits a bank at work, all three at a moment that is found without stopping anybody. The handler's database is cut as in `audit`. When
 * what it had settled is published, the ends of the topics are noted; once the endpoint has projected up to there, one transaction reads its
 * database, with the offsets up to which its rows hold all events and no other. Of what came later it is only
 * asked whether the handler has settled as much: its database is read once more at last.
 *
 * @throws Error when a database cannot be read, or balance_changed does not reach back to its beginning
 */
export const auditRunning = async (bank: RunningBank, { patienceMs, tell, onProgress }: Options): Promise<Comparison> => {
  const { connection, databaseUrl, endpointDatabaseUrl } = bank;
  const onRead = (what: string): OnRead => (read, of) => onProgress(`${what}: ${read} of ${of} messages read`);
  const snapshot = await takeSnapshot(databaseUrl);
  tell(`the handler's database: ${snapshot.accounts.size} accounts, ${snapshot.outcomes} commands with an outcome`);
  if (!(await untilPublished(connection, snapshot))) tell('the handlers have settled what they do not publish: is one running?');
  await untilProjected(bank, patienceMs, tell);
  const projection = await takeProjection(endpointDatabaseUrl, snapshot.accounts, rows => onProgress(`the endpoint's database: ${rows} transactions read`));
  const { accounts: handlerLater } = await takeSnapshot(databaseUrl);
  tell(`the endpoint's database: ${projection.accounts.size} accounts, ${projection.rowCount} transactions`);
  const scope = (await haveLostAny(connection, [...commandTopics, ...feedbackTopics, 'dead_letters'])) ? 'balances' : 'everything';
  const books = new Books(snapshot, scope);
  if (scope === 'everything') await readCommands(connection, books, onRead('commands and feedback'));
  else tell('the oldest commands are no longer on their topics: balances are audited, and not what was commanded');
  const projectionBook = new ProjectionBook(projection);
  await readAll(connection, ['balance_changed'], message => {
    books.change(message);
    projectionBook.change(message);
  }, onRead('changes of balances'));
  const audit = books.close();
  const { misprojected } = projectionBook;
  const rows = await readRowsAgain(endpointDatabaseUrl, misprojected.filter(({ isMissing }) => !isMissing).slice(0, toldRows).map(({ row }) => row));
  const invented = projectionBook.close();
  const evidence = { handler: snapshot.accounts, handlerLater, topics: books.histories, endpoint: projection.accounts, misprojected, rows, invented };
  return { scope, audit, accounts: snapshot.accounts.size, transactions: projection.rowCount, differences: differencesIn(evidence) };
};

/** Waits until the endpoint has projected all that is on the topics now; tells how much it has not, when it takes too long. */
const untilProjected = async ({ connection, endpointDatabaseUrl }: RunningBank, patienceMs: number, tell: Options['tell']): Promise<void> => {
  const ends = await topicOffsets(connection, projectedTopics);
  let behind = 0n;
  const isProjected = async (): Promise<boolean> => {
    behind = behindBy(ends, await projectedOffsets(endpointDatabaseUrl));
    return behind === 0n;
  };
  if (await becomesTrue(isProjected, patienceMs)) return;
  tell(`the endpoint has not projected ${behind} events within ${patienceMs / 1_000} s: does it run? Its accounts are compared as they are`);
};

const behindBy = (ends: Awaited<ReturnType<typeof topicOffsets>>, projected: Projection['projected']): bigint =>
  ends.reduce((sum, { topic, partition, first, next }) => {
    const left = next - (projected.get(partitionNameOf({ topic, partition })) ?? first);
    return left > 0n ? sum + left : sum;
  }, 0n);
