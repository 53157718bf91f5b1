/** The bank: commands in, feedback and BalanceChanged out, PostgreSQL as its memory. */
import { fileURLToPath } from 'node:url';
import { connectionOf, Consumer, ConsumerLostError, messagingVariables, Producer } from '@bank/messaging';
import { databaseUrl, Retry, runService, serviceConfig } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import { drawAccount } from './account/opening.ts';
import { commandTopics } from './ledger/command.ts';
import { openCompanyAccount } from './ledger/company.ts';
import { settle } from './ledger/settle.ts';
import { publishedTopics } from './settlement/messages.ts';
import { SettlementMetrics } from './settlement/metrics.ts';
import { settleCommands } from './settlement/settlement.ts';
import { checkDatabaseIsNotBehind, DatabaseBehindError } from './settlement/start-check.ts';

const name = 'command-handler';
const migrations = fileURLToPath(new URL('ledger/migrations', import.meta.url));

await runService({
  name,
  config: serviceConfig.extend({ ...messagingVariables, DATABASE_URL: databaseUrl }),
  start: async ({ config, log, health, metrics, resources, stopping, fail }) => {
    const connection = connectionOf(name, config);
    await migrate(config.DATABASE_URL, migrations, log);
    const pool = createPool(config.DATABASE_URL, { max: 2, onIdleError: error => log.warn({ err: error }, 'database connection lost') });
    resources.defer(() => pool.end());
    await openCompanyAccount(pool);
    const settling = new Retry('settling', { health, log });
    // A broker that has just started may not know yet who coordinates the group, a registry not yet the schemas.
    const retried = <R>(work: () => Promise<R>): Promise<R> =>
      settling.until(work, { signal: stopping, isFinal: error => error instanceof DatabaseBehindError });
    await retried(() => checkDatabaseIsNotBehind(pool, connection, name));
    const producer = resources.use(await retried(() => Producer.connect(connection, publishedTopics)));
    const consumer = resources.use(await retried(() => Consumer.connect(connection, { group: name, topics: commandTopics, from: 'beginning' })));
    health.addCheck('consumer', () => consumer.trouble);
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
