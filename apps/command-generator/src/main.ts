/** The load's commands: turns each heartbeat into a command to the bank. One instance is active, others stand by. */
import { randomUUID } from 'node:crypto';
import { connectionOf, Consumer, groupProgress, Producer } from '@bank/messaging';
import { Retry, runService, watchProgress } from '@bank/service';
import { Accounts } from './accounts/accounts.ts';
import { learn } from './accounts/learn.ts';
import type { Command } from './command/command.ts';
import type { Run } from './command/run.ts';
import { configuration } from './configuration.ts';
import { generate } from './generation/generate.ts';
import { countsOf } from './metrics.ts';

await runService({
  name: 'command-generator',
  config: configuration,
  start: async service => {
    const { config, log, metrics, resources, stopping } = service;
    const connection = connectionOf('command-generator', config);
    const run: Run = { id: config.RUN_ID, seed: config.SEED };
    const accounts = new Accounts();
    const counts = countsOf(accounts, metrics);

    const connecting = new Retry('connecting', service);
    const connected = async <R extends AsyncDisposable>(connect: () => Promise<R>): Promise<R> =>
      resources.use(await connecting.until(connect, { signal: stopping }));
    const producer = await connected(() => Producer.connect(connection, ['confirm_account_creation', 'confirm_money_transfer']));
    const feedback = await connected(() =>
      Consumer.connect(connection, {
        group: `command-generator-live-${randomUUID()}`,
        topics: ['account_creation_feedback'],
        from: 'beginning',
      }),
    );
    const heartbeats = await connected(() =>
      Consumer.connect(connection, {
        group: 'command-generator',
        topics: ['heartbeat'],
        from: 'beginning',
        onAssigned: partitions => {
          counts.active(partitions.length > 0);
          log.info(partitions.length > 0 ? 'active' : 'standing by');
        },
      }),
    );
    watchProgress(() => groupProgress(connection, 'command-generator', ['heartbeat']), service);
    service.health.addCheck('consumer of feedback', () => feedback.trouble);
    service.health.addCheck('consumer of heartbeats', () => heartbeats.trouble);

    const sending = new Retry('sending', service);
    const send = async (commands: readonly Command[]): Promise<void> => {
      await sending.until(() => producer.send(commands.map(({ outgoing }) => outgoing)), { signal: stopping });
      counts.sent(commands);
    };
    const common = { run, accounts, send, log, stopping };
    const loops = [
      generate({ ...common, heartbeats, counts, retry: new Retry('generating', service) }),
      learn({ ...common, feedback, retry: new Retry('learning', service) }),
    ].map(loop =>
      loop.catch((error: unknown) => {
        if (stopping.aborted) log.warn({ err: error }, 'stopped in the midst of a batch, which comes again');
        else service.fail(error);
      }),
    );
    resources.defer(async () => {
      await Promise.all(loops);
    });
  },
});
