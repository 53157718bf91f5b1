/** A service with nothing but its life, for run.spec.ts to live through: how it starts is set, what it then does is asked by HTTP. */
import { once } from 'node:events';
import { z } from 'zod';
import { runService, serviceConfig } from '../index.ts';

await runService({
  name: 'tiny',
  config: serviceConfig.extend({ START: z.enum(['well', 'late', 'given up', 'broken']) }),
  start: async ({ config, log, health, app, resources, stopping, fail }) => {
    resources.defer(() => log.info('closed what was made first'));
    if (config.START === 'broken') throw new Error('cannot start');
    if (config.START !== 'well') {
      log.info('starting');
      await once(stopping, 'abort');
      if (config.START === 'given up') throw new Error('not started in time');
      resources.defer(() => log.info('closed what was made after the signal'));
    }

    let objection: string | undefined;
    health.addCheck('mood', () => objection);
    app.post('/objection', (_request, response) => {
      objection = 'not in the mood';
      response.end();
    });
    app.delete('/objection', (_request, response) => {
      objection = undefined;
      response.end();
    });
    app.get('/failure', (_request, response) => {
      response.end();
      fail(new Error('broke while running'));
    });
    app.get('/work', async (_request, response) => {
      log.info('working');
      await once(stopping, 'abort');
      response.send('the work is done');
    });
  },
});
