import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { z } from 'zod';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectionOf, messagingVariables, Producer } from '@bank/messaging';
import { createLogger, Health, readConfig, Retry } from '@bank/service';
import { createPool } from '@bank/service/database';
import { createSuite, synchronize } from '@bank/stack';
import { Bell } from '../live/bell.ts';
import { createMetrics } from '../metrics.ts';
import { createTables, type Database } from '../testing/database.ts';
import { Commands } from './commands.ts';
import { Creations } from './creations.ts';
import { Sender } from './sender.ts';
import { Transfers } from './transfers.ts';
import { Wallets } from './wallets.ts';

let database: Database;
let transfers: Transfers;
const resources = new AsyncDisposableStack();

beforeAll(async () => {
  const suite = resources.use(await createSuite());
  database = resources.use(await createTables(suite));
  await synchronize(suite.env);
  const connection = connectionOf('spec', readConfig(z.object(messagingVariables), suite.env));
  const producer = resources.use(await Producer.connect(connection, ['confirm_account_creation', 'confirm_money_transfer']));
  const log = createLogger('spec', 'fatal');
  const stopping = new AbortController().signal;
  const retry = new Retry('listening', { health: new Health(), log });
  const bell = resources.use(await Bell.connect(database.url, { retry, signal: stopping }));
  const sender = new Sender({ producer, log, metrics: createMetrics(new Registry()) });
  // Nothing can be asked of a pool that has ended.
  const ended = createPool(database.url, { max: 1, onIdleError: () => undefined });
  await ended.end();
  const wallets = new Wallets({ creations: new Creations(ended), sender, log });
  transfers = new Transfers({ commands: new Commands(database.pool), wallets, sender, bell, log, stopping });
});
afterAll(() => resources.disposeAsync());

it('what is overdue is held up by none whose token cannot be looked up', async () => {
  const userId = randomUUID();
  await database.pool.query(
    `insert into users (id, username, password_hash, role, creation_id, creation_sent_at, iban) values ($1, 'anna', '', 'CLIENT', $1, now(), 'iban')`,
    [userId],
  );
  await database.pool.query(
    `insert into commands (id, user_id, from_party, to_party, amount, description, sent_at)
     select gen_random_uuid(), $1, from_party, to_party, 1, '', now() - interval '1 hour'
     from (values ('iban', 'Albert Heijn BV'), ('cash', 'iban')) as parties (from_party, to_party)`,
    [userId],
  );
  expect(await transfers.takeOverdue()).toMatchObject([{ command: { from: 'cash' }, token: '' }]);
});
