/** Whether a service lives and is ready, and what it counts: /health/live, /health/ready, /metrics. */
import type { Express } from 'express';
import type { Registry } from 'prom-client';

/** Tells why something is not ready; undefined when it is. */
export type ReadinessCheck = () => string | undefined;

export class Health {
  readonly #checks = new Map<string, ReadinessCheck>();

  /** Adds a check under a name; the service is ready when no check has an objection. */
  addCheck(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  /** The names of all checks. */
  get checks(): readonly string[] {
    return [...this.#checks.keys()];
  }

  /** What stands in the way of being ready, by the name of its check. */
  objections(): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const [name, check] of this.#checks) {
      const objection = check();
      if (objection !== undefined) found[name] = objection;
    }
    return found;
  }
}

/** Serves health and metrics on an application. */
export const serveHealth = (app: Express, health: Health, metrics: Registry): void => {
  app.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  app.get('/health/ready', (_request, response) => {
    const waitingFor = health.objections();
    const isReady = Object.keys(waitingFor).length === 0;
    response.status(isReady ? 200 : 503).json(isReady ? { status: 'ready' } : { status: 'not ready', waitingFor });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics());
  });
};
