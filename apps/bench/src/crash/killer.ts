/**
 * Preloaded into a handler by `node --import`: kills it at a step of its work, as the system would, with nothing closed or flushed.
 * Which step, and when, stands in the environment.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

const { KILL_CHANNEL = '', KILL_PASS, KILL_DELAY_MS, KILL_BEFORE } = process.env;

/** A handler that never comes to the step ends like one that failed. */
const patienceMs = 120_000;
setTimeout(() => process.exit(1), patienceMs).unref();

const kill = (): void => {
  writeSync(process.stderr.fd, `killed at ${KILL_CHANNEL}\n`);
  process.kill(process.pid, 'SIGKILL');
};

let passes = 0;
let delayMs = Number(KILL_DELAY_MS);
let timer: NodeJS.Timeout | undefined;

subscribe(KILL_CHANNEL, () => {
  passes += 1;
  if (passes < Number(KILL_PASS)) return;
  if (KILL_DELAY_MS === undefined) kill();
  else timer ??= setTimeout(kill, delayMs);
});

if (KILL_BEFORE !== undefined) {
  subscribe(KILL_BEFORE, () => {
    if (!timer) return;
    // Too late this time, so next time sooner.
    clearTimeout(timer);
    timer = undefined;
    delayMs /= 2;
  });
}
