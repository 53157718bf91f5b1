/** The load's source: sends heartbeats to Kafka at a rate that can be changed while it runs. */
import { connectionOf, Producer } from '@bank/messaging';
import { Retry, runService } from '@bank/service';
import { Heart } from './beat/heart.ts';
import { heartbeat } from './beat/heartbeat.ts';
import { configuration } from './configuration.ts';
import { loadRoutes } from './load/routes.ts';
import { registerMetrics } from './metrics.ts';

/** A send that takes longer than this is no longer a hiccup: the service says that it is not ready. */
const lateAfterMs = 2_000;

await runService({
  name: 'heartbeat',
  config: configuration,
  start: async ({ config, health, log, metrics, app, resources, stopping, fail }) => {
    const retry = new Retry('heartbeat', { health, log });
    const signal = { signal: stopping };
    const producer = resources.use(
      await retry.until(() => Producer.connect(connectionOf('heartbeat', config), ['heartbeat']), signal),
    );
    const heart = resources.use(
      new Heart({
        load: { batch: config.HEARTBEAT_BATCH, intervalMs: config.HEARTBEAT_INTERVAL_MS },
        send: async beats => {
          try {
            await retry.until(() => producer.send(beats.map(heartbeat)), signal);
          } catch (error) {
            // Nothing that could pass: the broker refuses them.
            if (!stopping.aborted) fail(error);
            throw error;
          }
        },
      }),
    );
    health.addCheck('broker', () => (heart.lateMs < lateAfterMs ? undefined : `has not acknowledged for ${Math.round(heart.lateMs)} ms`));
    registerMetrics(heart, metrics);
    app.use(loadRoutes(heart));
  },
});
