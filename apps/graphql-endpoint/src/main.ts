/** The endpoint of the bank's clients: users and sessions, commands out, the projection of what happened, live streams, the frontend. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { connectionOf, Consumer, groupProgress, messagingVariables, Producer, topicOffsets, type ConsumeOptions } from '@bank/messaging';
import { ConfigError, createLogger, databaseUrl, readConfig, Retry, runService, watchProgress, type Service } from '@bank/service';
import { createPool, migrate, migrateByVerb } from '@bank/service/database';
import type { RecordTopic } from '@bank/topology';
import { Commands } from './banking/commands.ts';
import { Creations } from './banking/creations.ts';
import { Openings } from './banking/openings.ts';
import { Sender, type CommandTopic } from './banking/sender.ts';
import { keepSweeping } from './banking/sweep.ts';
import { Transfers } from './banking/transfers.ts';
import { Wallets } from './banking/wallets.ts';
import { configuration, type Configuration } from './configuration.ts';
import { Identity } from './identity/identity.ts';
import { Sessions } from './identity/sessions.ts';
import { Users } from './identity/users.ts';
import { RateLimit } from './limits/rate-limit.ts';
import { RateLimits } from './limits/rate-limits.ts';
import { answerTopics, keepListening } from './live/answers.ts';
import { Bell } from './live/bell.ts';
import { Flow } from './live/flow.ts';
import { Tail } from './live/tail.ts';
import { Throughput } from './live/throughput.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { help, parseCommandLine } from './rebuild/command-line.ts';
import { memberCount } from './rebuild/members.ts';
import { rebuild } from './rebuild/rebuild.ts';
import type { Rooms } from './schema/context.ts';
import { createMask } from './schema/errors.ts';
import { loadSchema } from './schema/schema.ts';
import { Accounts } from './transactions/accounts.ts';
import { projectedTopics } from './transactions/batch.ts';
import { Gaps, keepLookingForGaps } from './transactions/gaps.ts';
import { forgetOffsetsAhead } from './transactions/group-offsets.ts';
import { Lives } from './transactions/lives.ts';
import { projectCompany } from './transactions/projection.ts';
import { keepProjecting } from './transactions/projector.ts';
import { BankTotals } from './transactions/totals.ts';
import { Transactions } from './transactions/transactions.ts';
import { serveFrontend } from './web/frontend.ts';
import { Gate, refuseOtherHosts } from './web/gate.ts';
import { serveGraphiql } from './web/graphiql.ts';
import { serveGraphqlOverHttp } from './web/graphql-http.ts';
import { serveGraphqlOverWebSocket, type SocketLimits } from './web/graphql-socket.ts';
import { securityHeaders } from './web/headers.ts';
import { serveLastResort } from './web/last-resort.ts';
import { serveResults } from './web/results.ts';
import { timeRequests } from './web/time-requests.ts';

const name = 'graphql-endpoint';
const migrations = fileURLToPath(new URL('migrations', import.meta.url));
const commandTopics: readonly CommandTopic[] = ['confirm_account_creation', 'confirm_money_transfer'];

/** For the projection, commands and sessions, streams and the sweep, none of which takes long. */
const databaseConnections = 10;

/** For what clients look up. It may take long, and has to wait for itself alone; after seven seconds PostgreSQL breaks it off. */
const readingConnections = 5;
const readingSettings = { statement_timeout: '7s' };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

type EndpointService = Service<Configuration>;

/** What stands before anything else: the database with its tables, the bell, and the way to the bank. */
const connect = async ({ config, log, health, resources, stopping }: EndpointService) => {
  const connection = connectionOf(name, config);
  const retryOf = (part: string): Retry => new Retry(part, { health, log });
  const starting = retryOf('starting');
  const retried = <R>(work: () => Promise<R>): Promise<R> => starting.until(work, { signal: stopping });

  const onIdleError = (error: Error): void => log.warn({ err: error }, 'database connection lost');
  const pool = createPool(config.DATABASE_URL, { max: databaseConnections, onIdleError });
  resources.defer(() => pool.end());
  const reading = createPool(config.DATABASE_URL, { max: readingConnections, settings: readingSettings, onIdleError });
  resources.defer(() => reading.end());
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
  return { connection, pool, reading, bell, producer, join, retried, retryOf };
};

type Foundations = Awaited<ReturnType<typeof connect>>;

/** The rooms, each given what it stands on. */
const furnish = ({ config, log, health, stopping }: EndpointService, metrics: Metrics, { connection, pool, reading, bell, producer, retryOf }: Foundations) => {
  const users = new Users(pool);
  const sessions = new Sessions(pool, { absoluteMs: config.SESSION_HOURS * hourMs, idleMs: config.SESSION_IDLE_MINUTES * minuteMs });
  const guesses = new RateLimit({ most: config.WRONG_PASSWORDS_PER_MINUTE, withinSeconds: 60 });
  const identity = new Identity({ users, sessions, guesses });
  const limits = new RateLimits({
    logInsPerMinuteOfAddress: config.LOG_INS_PER_ADDRESS_AND_MINUTE,
    openingsPerMinuteOfAddress: config.OPENINGS_PER_ADDRESS_AND_MINUTE,
    commandsPerTenSecondsOfUser: config.TRANSFERS_PER_USER_AND_10_SECONDS,
    commandsPerTenSecondsOfAddress: config.TRANSFERS_PER_ADDRESS_AND_10_SECONDS,
  });
  const sender = new Sender({ producer, log, metrics });
  health.addCheck('sending', () => sender.objection());
  const creations = new Creations(pool);
  const commands = new Commands(pool);
  const wallets = new Wallets({ creations, sender, log });
  const openings = new Openings({ identity, users, creations, wallets, bell, stopping });
  const transfers = new Transfers({ commands, wallets, sender, bell, log, stopping });
  const transactions = new Transactions(pool);
  const following = retryOf('following');
  const tail = new Tail({ bell, transactions, retry: following });
  const inside = { sessions, sender, creations, commands, wallets, tail, gaps: new Gaps({ pool, log, metrics, now: Date.now }) };
  const served: Rooms = {
    identity,
    limits,
    openings,
    transfers,
    transactions: new Transactions(reading),
    accounts: new Accounts(reading),
    lives: new Lives(reading),
    totals: new BankTotals({ pool, ends: () => topicOffsets(connection, projectedTopics) }),
    throughput: new Throughput(Date.now),
    flow: new Flow(Date.now),
    following: { tail, transactions, retry: following, metrics },
  };
  return { inside, served };
};

type Furnished = ReturnType<typeof furnish>;

/** What goes on by itself until the service stops. */
const keepGoing = async (service: EndpointService, metrics: Metrics, foundations: Foundations, { inside, served }: Furnished): Promise<void> => {
  const { log, resources, stopping, fail } = service;
  const { connection, pool, join, retried, retryOf } = foundations;
  const keep = (loop: Promise<void>): void => {
    loop.catch(fail);
    resources.defer(() => loop.catch(() => undefined));
  };
  // A group of its own for each instance: every instance has to hear every answer.
  const answers = await join('answers', { group: `${name}-live-${randomUUID()}`, topics: answerTopics, from: 'end' });
  const listeners = [inside.wallets, served.flow, served.throughput];
  keep(keepListening({ consumer: answers, listeners, retry: retryOf('receiving answers') }, stopping));
  await retried(() => forgetOffsetsAhead({ pool, connection, group: name, log }));
  const consumer = await join('projection', { group: name, topics: projectedTopics, from: 'beginning' });
  watchProgress(() => groupProgress(connection, name, projectedTopics), service);
  keep(keepProjecting({ consumer, pool, retry: retryOf('projecting'), log, metrics }, stopping));
  keep(inside.tail.keepReading(stopping));
  keep(keepLookingForGaps({ gaps: inside.gaps, retry: retryOf('looking for gaps') }, stopping));
  keep(keepSweeping({ ...inside, transfers: served.transfers, retry: retryOf('sending again'), metrics }, stopping));
};

const socketLimitsIn = (config: Configuration): SocketLimits => ({
  inAll: config.SOCKETS,
  ofOneAddress: config.SOCKETS_PER_ADDRESS,
  subscriptions: config.SUBSCRIPTIONS_PER_SOCKET,
  messages: config.MESSAGES_PER_SOCKET_AND_10_SECONDS,
});

/** What the world sees. */
const serve = async (service: EndpointService, metrics: Metrics, { bell, retryOf }: Foundations, { inside: { sessions }, served }: Furnished): Promise<void> => {
  const { config, log, app, server, resources } = service;
  const schema = await loadSchema();
  const mask = createMask(log);
  const gate = new Gate({ hosts: config.PUBLIC_HOSTS, proxies: config.TRUSTED_PROXIES });
  app.set('trust proxy', gate.trust);
  app.use(securityHeaders({ isSecure: config.HTTPS_CERT_FILE !== undefined }), refuseOtherHosts(gate));
  app.use('/graphql', timeRequests(metrics.requests));
  const isProduction = config.NODE_ENV === 'production';
  if (!isProduction) serveGraphiql(app);
  resources.use(await serveGraphqlOverHttp({ app, schema, rooms: served, sessions, mask, gate, isProduction }));
  const retry = retryOf('watching sessions');
  resources.use(serveGraphqlOverWebSocket({ server, schema, rooms: served, sessions, bell, mask, retry, log, gate, limits: socketLimitsIn(config) }));
  serveResults(app, { folder: config.RESULTS_DIR, seed: config.SEED_DIR });
  serveFrontend(app, config.FRONTEND_DIR);
  serveLastResort(app, log);
};

const serveClients = (): Promise<void> => runService({
  name,
  config: configuration,
  start: async service => {
    const { config, metrics: register } = service;
    const metrics = createMetrics(register);
    const foundations = await connect(service);
    const rooms = furnish(service, metrics, foundations);
    await rooms.served.identity.ensureEmployee({ username: config.EMPLOYEE_USERNAME, password: config.EMPLOYEE_PASSWORD });
    await keepGoing(service, metrics, foundations, rooms);
    await serve(service, metrics, foundations, rooms);
  },
});

/** Runs to its end; what it owns is closed then. */
const rebuildProjection = async (): Promise<void> => {
  const stopping = new AbortController();
  // Once only: who asks a second time does not want to wait.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  const config = readConfig(z.object({ ...messagingVariables, DATABASE_URL: databaseUrl }), process.env);
  const log = createLogger(name, 'warn');
  await using resources = new AsyncDisposableStack();
  // An idle connection that breaks is missed by nobody.
  const pool = createPool(config.DATABASE_URL, { max: memberCount, onIdleError: () => undefined });
  resources.defer(() => pool.end());
  await migrate(config.DATABASE_URL, migrations, log);
  const parts = { pool, connection: connectionOf(name, config), group: name, log, signal: stopping.signal };
  const isComplete = await rebuild({ ...parts, tell: line => console.log(line) });
  if (!isComplete) throw new Error('told to stop before all was projected: the next endpoint that starts goes on from here');
};

try {
  const command = parseCommandLine(process.argv.slice(2));
  if (command === 'help') console.log(help);
  else if (command === 'rebuild') await rebuildProjection();
  else if (command === 'migrate') await migrateByVerb(name, migrations);
  else await serveClients();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : `${name}: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
