/**
 * Preloaded into an endpoint by `node --import`: kills it at a step of its work, as the system would, with nothing closed or flushed.
 * Which step, and how many milliseconds after it, stands in the environment.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

const { KILL_CHANNEL = '', KILL_DELAY_MS } = process.env;

const kill = (): void => {
  writeSync(process.stderr.fd, `killed at ${KILL_CHANNEL}\n`);
  process.kill(process.pid, 'SIGKILL');
};

subscribe(KILL_CHANNEL, () => {
  if (KILL_DELAY_MS === undefined) kill();
  else setTimeout(kill, Number(KILL_DELAY_MS));
});
