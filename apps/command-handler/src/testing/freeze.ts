/** Preloaded into a handler: at a step of its n-th batch the process says so and freezes, as under a debugger or on a paused machine. */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';

const { FREEZE_AT: step, FREEZE_BATCH: batch } = process.env;
let batches = 0;

subscribe(`command-handler:${step}`, () => {
  batches += 1;
  if (batches !== Number(batch)) return;
  writeSync(1, `frozen at ${step}\n`);
  process.kill(process.pid, 'SIGSTOP');
});
