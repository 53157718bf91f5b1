/** The bank: commands in, feedback and BalanceChanged out, PostgreSQL as its memory. */
import { fileURLToPath } from 'node:url';
import { brokerErrorOf, connectionOf, Consumer, ConsumerLostError, groupProgress, Producer } from '@bank/messaging';
import { ConfigError, createLogger, Health, readConfig, Retry, runService, watchProgress } from '@bank/service';
import { assertDatabaseAdmits, createPool, migrate, migrateByVerb } from '@bank/service/database';
import { drawAccount } from './account/opening.ts';
import { configuration, toolConfiguration } from './configuration.ts';
import { commandTopics } from './ledger/command.ts';
import { openCompanyAccount } from './ledger/company.ts';
import { readInTurn } from './ledger/in-turn.ts';
import { settle } from './ledger/settle.ts';
import { planning } from './ledger/statements.ts';
import { help, parseCommandLine } from './republish/command-line.ts';
import { republish } from './republish/republish.ts';
import { publishedTopics } from './settlement/messages.ts';
import { SettlementMetrics } from './settlement/metrics.ts';
import { settleCommands } from './settlement/settlement.ts';
import { checkDatabaseIsNotBehind, DatabaseBehindError } from './settlement/start-check.ts';

const name = 'command-handler';
const migrations = fileURLToPath(new URL('ledger/migrations', import.meta.url));

const serve = (): Promise<void> => runService({
  name,
  config: configuration,
  start: async ({ config, log, health, metrics, resources, stopping, fail }) => {
    const connection = connectionOf(name, config);
    const pool = createPool(config.DATABASE_URL, { max: 2, settings: planning, onIdleError: error => log.warn({ err: error }, 'database connection lost') });
    resources.defer(() => pool.end());
    const settling = new Retry('settling', { health, log });
    // A broker that has just started may not know yet who coordinates the group, a registry not yet the schemas.
    const retried = <R>(work: () => Promise<R>): Promise<R> =>
      settling.until(work, { signal: stopping, isFinal: error => error instanceof DatabaseBehindError });
    await retried(() => assertDatabaseAdmits(config.DATABASE_URL));
    // First of all: a database that is not the right one is left as it is.
    await retried(() => checkDatabaseIsNotBehind(pool, connection, name));
    await migrate(config.DATABASE_URL, migrations, log);
    await openCompanyAccount(pool);
    const producer = resources.use(await retried(() => Producer.connect(connection, publishedTopics)));
    const consumer = resources.use(await retried(() => Consumer.connect(connection, { group: name, topics: commandTopics, from: 'beginning' })));
    health.addCheck('consumer', () => consumer.trouble);
    watchProgress(() => groupProgress(connection, name, commandTopics), { metrics, log, stopping });
    const settlement = settleCommands({
      consumer,
      producer,
      settle: batch => settle({ pool, draw: drawAccount }, batch),
      settling,
      publishing: new Retry('publishing', { health, log }),
      metrics: new SettlementMetrics(metrics),
      log,
      isFinal: error => error instanceof ConsumerLostError,
      now: () => new Date(),
      stopping,
    });
    settlement.catch(fail);
    resources.defer(() => settlement.catch(() => undefined));
  },
});

/** A broker that has just started has yet to learn how far a group is. */
const isStarting = (error: unknown): boolean => ['GROUP_LOAD_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP'].includes(brokerErrorOf(error) ?? '');

/** Runs to its end; what it owns is closed then. */
const republishFrom = async (from: Date | undefined): Promise<void> => {
  const stopping = new AbortController();
  // Once only: who asks a second time does not want to wait.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const config = readConfig(toolConfiguration, process.env);
  const connection = connectionOf(name, config);
  await using resources = new AsyncDisposableStack();
  // An idle connection that breaks is missed by nobody.
  const pool = createPool(config.DATABASE_URL, { max: 1, onIdleError: () => undefined });
  resources.defer(() => pool.end());
  // The events of a wrong database would stand on balance_changed for ever.
  await new Retry('republishing', { health: new Health(), log: createLogger(name, 'silent') }).until(
    () => checkDatabaseIsNotBehind(pool, connection, name),
    { signal: stopping.signal, isFinal: error => !isStarting(error) },
  );
  const producer = resources.use(await Producer.connect(connection, publishedTopics));
  const pages = readInTurn(pool, { from, signal: stopping.signal });
  const areAllSent = await republish({ pages, producer, tell: line => console.log(line) });
  if (!areAllSent) throw new Error('told to stop before all was sent');
};

const whyOf = (error: unknown): string => {
  if (brokerErrorOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return 'there are no topics, run the synchronizer first';
  return error instanceof Error ? error.message : String(error);
};

try {
  const asked = parseCommandLine(process.argv.slice(2));
  if (asked.command === 'help') console.log(help);
  else if (asked.command === 'republish') await republishFrom(asked.from);
  else if (asked.command === 'migrate') await migrateByVerb(name, migrations);
  else await serve();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : `${name}: ${whyOf(error)}`);
  process.exitCode = 1;
}
