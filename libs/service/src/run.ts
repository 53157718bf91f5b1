/** The life of a service: read the configuration, start, be healthy, stop cleanly. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import express, { type Express } from 'express';
import type { Registry } from 'prom-client';
import type { z } from 'zod';
import { ConfigError, readConfig, type serviceConfig } from './config.ts';
import { Health, serveHealth } from './health.ts';
import { createLogger, type Logger } from './logging.ts';
import { serviceMetrics } from './metrics.ts';
import { createWebServer } from './web-server.ts';

/** What a service is given to start with. */
export type Service<Config> = {
  readonly config: Config;
  readonly log: Logger;
  readonly health: Health;
  readonly metrics: Registry;
  /** By HTTPS when the configuration has a certificate. Serves /health and /metrics already; a service adds its own routes. */
  readonly app: Express;
  readonly server: Server;
  /** What the service owns: disposed in reverse order when it stops. */
  readonly resources: AsyncDisposableStack;
  /** Aborted when the service is to stop. */
  readonly stopping: AbortSignal;
  /** Ends the service with exit code 1: for a part of it that failed for good while running. */
  readonly fail: (error: unknown) => void;
};

/** A service's variables, among them those that every service has. */
type ServiceSchema = z.ZodObject & z.ZodType<z.output<typeof serviceConfig>>;

export type ServiceDefinition<Schema extends ServiceSchema> = {
  readonly name: string;
  readonly config: Schema;
  /** Wires the service; when it returns, all that it owns is in `resources`. */
  readonly start: (service: Service<z.output<Schema>>) => Promise<void>;
};

/** How long a clean stop may take, from the signal on, before the process is ended as it is. */
const stopWithinMs = 9_000;

/**
 * Runs a service until SIGTERM or SIGINT: then the batch in hand is finished, all is closed, and the process exits with 0.
 * A service that is told to stop while it starts is closed once its start has settled, however that ends.
 * A wrong configuration is told in one line a variable, with exit code 1 and nothing started; a start that fails exits with 1 too.
 */
export const runService = async <Schema extends ServiceSchema>(definition: ServiceDefinition<Schema>): Promise<void> => {
  const config = configOrExit(definition.config);
  const log = createLogger(definition.name, config.LOG_LEVEL);
  const stopping = new AbortController();
  const resources = new AsyncDisposableStack();
  let exitCode = 0;

  const fail = (error: unknown): void => {
    log.fatal({ err: error }, `failed: ${error instanceof Error ? error.message : String(error)}`);
    exitCode = 1;
    stopping.abort();
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopping.abort());
  const stopAsked = once(stopping.signal, 'abort').then(() => {
    log.info('stopping');
    limitStop(log);
  });

  try {
    await start(definition, { config, log, resources, stopping: stopping.signal, fail });
  } catch (error) {
    // Who is told to stop while starting may give up as it likes.
    if (stopping.signal.aborted) log.info({ err: error }, 'gave up starting');
    else fail(error);
  }
  await stopAsked;
  // Not before the start has settled: what it makes after the signal is closed as well.
  await resources.disposeAsync().catch(fail);
  log.info({ exitCode }, 'stopped');
  process.exit(exitCode);
};

/** Serves health and metrics, then starts what the definition wires. */
const start = async <Schema extends ServiceSchema>(
  definition: ServiceDefinition<Schema>,
  given: Omit<Service<z.output<Schema>>, 'health' | 'metrics' | 'app' | 'server'>,
): Promise<void> => {
  const { config, log, resources, stopping } = given;
  const { app, server } = await listen(config, log, resources);
  const health = new Health();
  const metrics = serviceMetrics(health, config);
  let isStarted = false;
  health.addCheck('start', () => (stopping.aborted ? 'stopping' : isStarted ? undefined : 'starting'));
  serveHealth(app, health, metrics);
  await definition.start({ ...given, health, metrics, app, server });
  isStarted = true;
  log.info({ address: server.address() }, 'started');
};

/** Ends the process as it is when it has not ended by itself in time. The timer keeps it alive: a stop that hangs is told. */
const limitStop = (log: Logger): void => {
  setTimeout(() => {
    log.error(`did not stop within ${stopWithinMs} ms`);
    process.exit(1);
  }, stopWithinMs);
};

const configOrExit = <Schema extends z.ZodObject>(schema: Schema): z.output<Schema> => {
  try {
    return readConfig(schema, process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};

const listen = async (config: z.output<typeof serviceConfig>, log: Logger, resources: AsyncDisposableStack): Promise<{ app: Express; server: Server }> => {
  const app = express().disable('x-powered-by');
  const server = createWebServer(config, app, log).listen(config.PORT, config.HOST);
  await once(server, 'listening');
  resources.defer(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 1_000).unref();
    await closed;
  });
  return { app, server };
};
