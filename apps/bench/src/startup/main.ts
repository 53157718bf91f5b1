/** How long a bank takes to start, with data and without, and how much memory each part takes when it is idle. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { bankPorts, freePorts, startBank } from '@bank/stack';
import { describeMachine, revision } from '../machine.ts';
import { median } from '../median.ts';
import { memoryOf } from '../process/memory.ts';
import { writeResult } from '../result.ts';
import { report, type Start } from './report.ts';

const help = `bench startup: starts a bank of its own in a temporary folder, with the usual load of one heartbeat a second

  --runs N     warm starts after the first (5)
  --settle S   seconds to wait before memory is read (20)
  --data-dir D where the temporary folder is made; a RAM disk such as /dev/shm shows the software without the disk`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    settle: { type: 'string', default: '20' },
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

const measure = async (folder: string, settleMs: number): Promise<Start> => {
  // One port of eight in a row; the block they come from has room for all.
  const [base] = await freePorts(8);
  const began = performance.now();
  await using bank = await startBank({ folder, ports: bankPorts(base) });
  const tookMs = performance.now() - began;
  await delay(settleMs);
  const parts = bank.status.map(({ name, tookMs: partMs = 0, process: running }) => ({
    name,
    tookMs: partMs,
    memoryBytes: running ? memoryOf(running.pid) : undefined,
  }));
  return { tookMs, parts };
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const folder = await mkdtemp(join(values['data-dir'], 'bank-startup-'));
  try {
    const settleMs = Number(values.settle) * 1_000;
    console.log('first start …');
    const first = await measure(folder, settleMs);
    const warm: Start[] = [];
    for (let count = 1; count <= Number(values.runs); count += 1) {
      console.log(`warm start ${count} of ${values.runs} …`);
      warm.push(await measure(folder, count === Number(values.runs) ? settleMs : 0));
    }
    console.log(report(first, warm));
    const result = { machine, revision: revision(), dataDir: values['data-dir'], first, warm, warmSecondsMedian: median(warm.map(({ tookMs }) => tookMs)) / 1_000 };
    console.log(`written to ${writeResult('startup', result, { at })}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

if (values.help) console.log(help);
else await run();
