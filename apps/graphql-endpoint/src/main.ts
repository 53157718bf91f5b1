/** The endpoint of the bank's clients: users and sessions, commands out, the projection of what happened, live streams, the frontend. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { connectionOf, Consumer, Producer, type ConsumeOptions } from '@bank/messaging';
import { Retry, runService, type Service } from '@bank/service';
import { createPool, migrate } from '@bank/service/database';
import type { RecordTopic } from '@bank/topology';
import { Commands } from './banking/commands.ts';
import { Creations } from './banking/creations.ts';
import { Openings } from './banking/openings.ts';
import { Sender, type CommandTopic } from './banking/sender.ts';
import { keepSweeping } from './banking/sweep.ts';
import { Transfers } from './banking/transfers.ts';
import { keepReceiving } from './banking/wallet-reader.ts';
import { Wallets } from './banking/wallets.ts';
import { configuration, type Configuration } from './configuration.ts';
import { Identity } from './identity/identity.ts';
import { Sessions } from './identity/sessions.ts';
import { Users } from './identity/users.ts';
import { Bell } from './live/bell.ts';
import { follow } from './live/follow.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { Rooms } from './schema/context.ts';
import { createMask } from './schema/errors.ts';
import { loadSchema } from './schema/schema.ts';
import { projectedTopics } from './transactions/batch.ts';
import { forgetOffsetsAhead } from './transactions/group-offsets.ts';
import { projectCompany } from './transactions/projection.ts';
import { keepProjecting } from './transactions/projector.ts';
import { Transactions } from './transactions/transactions.ts';
import { serveFrontend } from './web/frontend.ts';
import { serveGraphqlOverHttp } from './web/graphql-http.ts';
import { serveGraphqlOverWebSocket } from './web/graphql-socket.ts';
import { securityHeaders } from './web/headers.ts';
import { serveLastResort } from './web/last-resort.ts';
import { serveResults } from './web/results.ts';

const name = 'graphql-endpoint';
const migrations = fileURLToPath(new URL('migrations', import.meta.url));
const commandTopics: readonly CommandTopic[] = ['confirm_account_creation', 'confirm_money_transfer'];

/** The projection and the sweep take one each; the rest is for clients' requests. */
const databaseConnections = 10;

type EndpointService = Service<Configuration>;

/** What stands before anything else: the database with its tables, the bell, and the way to the bank. */
const connect = async ({ config, log, health, resources, stopping }: EndpointService) => {
  const connection = connectionOf(name, config);
  const retryOf = (part: string): Retry => new Retry(part, { health, log });
  const starting = retryOf('starting');
  const retried = <R>(work: () => Promise<R>): Promise<R> => starting.until(work, { signal: stopping });

  const pool = createPool(config.DATABASE_URL, {
    max: databaseConnections,
    onIdleError: error => log.warn({ err: error }, 'database connection lost'),
  });
  resources.defer(() => pool.end());
  await retried(() => migrate(config.DATABASE_URL, migrations, log));
  await retried(() => projectCompany(pool));
  const bell = resources.use(await Bell.connect(config.DATABASE_URL, { retry: retryOf('listening'), signal: stopping }));
  const producer = resources.use(await retried(() => Producer.connect(connection, commandTopics)));

  /** Joins a group; while it is not a member of it, the service is not ready. */
  const join = async <T extends RecordTopic>(part: string, options: ConsumeOptions<T>): Promise<Consumer<T>> => {
    const consumer = resources.use(await retried(() => Consumer.connect(connection, options)));
    health.addCheck(part, () => consumer.trouble);
    return consumer;
  };
  return { connection, pool, bell, producer, join, retried, retryOf };
};

type Foundations = Awaited<ReturnType<typeof connect>>;

/** The rooms, each given what it stands on. */
const furnish = ({ log, health, stopping }: EndpointService, metrics: Metrics, { pool, bell, producer }: Foundations) => {
  const users = new Users(pool);
  const sessions = new Sessions(pool);
  const identity = new Identity({ users, sessions });
  const sender = new Sender({ producer, log, metrics });
  health.addCheck('sending', () => sender.objection());
  const creations = new Creations(pool);
  const commands = new Commands(pool);
  const wallets = new Wallets({ creations, sender, log });
  const openings = new Openings({ identity, users, creations, wallets, bell, stopping });
  const transfers = new Transfers({ commands, wallets, sender, bell, log, stopping });
  const transactions = new Transactions(pool);
  return { sessions, identity, sender, creations, commands, wallets, openings, transfers, transactions };
};

type Furnished = ReturnType<typeof furnish>;

/** What goes on by itself until the service stops. */
const keepGoing = async (service: EndpointService, metrics: Metrics, foundations: Foundations, rooms: Furnished): Promise<void> => {
  const { log, resources, stopping, fail } = service;
  const { connection, pool, join, retried, retryOf } = foundations;
  const keep = (loop: Promise<void>): void => {
    loop.catch(fail);
    resources.defer(() => loop.catch(() => undefined));
  };
  // A group of its own for each instance: every instance has to hear every answer.
  const answers = await join('answers', { group: `${name}-live-${randomUUID()}`, topics: ['account_creation_feedback'], from: 'end' });
  keep(keepReceiving({ consumer: answers, wallets: rooms.wallets, retry: retryOf('receiving answers') }, stopping));
  await retried(() => forgetOffsetsAhead({ pool, connection, group: name, log }));
  const consumer = await join('projection', { group: name, topics: projectedTopics, from: 'beginning' });
  keep(keepProjecting({ consumer, pool, retry: retryOf('projecting'), log, metrics }, stopping));
  keep(keepSweeping({ ...rooms, retry: retryOf('sending again'), metrics }, stopping));
};

/** What the world sees. */
const serve = async (service: EndpointService, metrics: Metrics, { bell }: Foundations, rooms: Furnished): Promise<void> => {
  const { config, log, app, server, resources } = service;
  const schema = await loadSchema();
  const mask = createMask(log);
  const { identity, openings, transfers, transactions, sessions } = rooms;
  const served: Rooms = {
    identity,
    openings,
    transfers,
    transactions,
    follow: of => follow({ bell, transactions, liveSubscribers: metrics.liveSubscribers }, of),
  };
  app.use(securityHeaders());
  const isProduction = config.NODE_ENV === 'production';
  resources.use(await serveGraphqlOverHttp({ app, schema, rooms: served, sessions, mask, isProduction }));
  resources.use(serveGraphqlOverWebSocket({ server, schema, rooms: served, sessions, bell, mask, log }));
  serveResults(app, config.RESULTS_DIR);
  serveFrontend(app, config.FRONTEND_DIR);
  serveLastResort(app, log);
};

await runService({
  name,
  config: configuration,
  start: async service => {
    const { config, metrics: register } = service;
    const metrics = createMetrics(register);
    const foundations = await connect(service);
    const rooms = furnish(service, metrics, foundations);
    await rooms.identity.ensureEmployee({ username: config.EMPLOYEE_USERNAME, password: config.EMPLOYEE_PASSWORD });
    await keepGoing(service, metrics, foundations, rooms);
    await serve(service, metrics, foundations, rooms);
  },
});
