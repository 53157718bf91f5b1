/** Whether money is conserved, and every id has one outcome, when handlers and producers work side by side on a mix of commands. */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { audit } from '../audit/audit.ts';
import { report } from '../audit/report.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { startOwnBank, type Bank } from '../bank/bank.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { load } from './load.ts';
import { Mix } from './mix.ts';

const help = `bench conserve: transfers, repeats and conflicting ids among them, from many producers to several handlers; then an audit

  --transfers N    commands that are sent (1000000)
  --handlers N     handlers, in one group (4)
  --producers N    producers, at the same time (64)
  --accounts N     accounts; one of them is in half of all transfers (200)
  --seed N         draws the commands (1)
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk`;

const { values } = parseArgs({
  options: {
    transfers: { type: 'string', default: '1000000' },
    handlers: { type: 'string', default: '4' },
    producers: { type: 'string', default: '64' },
    accounts: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

const progressEveryMs = 5_000;

/** Prints how far the handlers are until the signal is aborted. */
const printProgress = async ({ connection }: Bank, signal: AbortSignal): Promise<void> => {
  await using watermarks = await Watermarks.connect(connection);
  let before = 0;
  // An aborted wait is all that can fail here.
  while (await delay(progressEveryMs, true, { signal }).catch(() => false)) {
    const answered = await watermarks.written('money_transfer_feedback');
    console.log(`${answered} answered, ${(((answered - before) / progressEveryMs) * 1_000).toFixed(0)} a second`);
    before = answered;
  }
};

/** Sends the commands to handlers that settle them meanwhile. @returns the seconds until the last was settled */
const work = async (bank: Bank): Promise<number> => {
  const handlers = await Promise.all(Array.from({ length: Number(values.handlers) }, () => bank.startHandler()));
  const mix = new Mix(await openAccounts(bank, Number(values.accounts)), xoroshiro128plus(Number(values.seed)));
  const isDone = new AbortController();
  const progress = printProgress(bank, isDone.signal);
  const began = performance.now();
  try {
    const isEnough = (sent: number): boolean => sent >= Number(values.transfers);
    await load(bank, { producers: Number(values.producers), atOnce: 100, next: () => mix.next(), isEnough });
    await untilDone(bank);
  } finally {
    isDone.abort();
    await progress;
  }
  const seconds = (performance.now() - began) / 1_000;
  for (const handler of handlers) await handler[Symbol.asyncDispose]();
  return seconds;
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  const seconds = await work(bank);
  console.log('auditing …');
  const audited = await audit(bank);
  const commandsPerSecond = audited.commands / seconds;
  console.log(report(audited));
  console.log(`${seconds.toFixed(0)} s, ${commandsPerSecond.toFixed(0)} commands a second`);
  const { 'data-dir': dataDir, handlers, producers, accounts } = values;
  const setting = { machine, revision: revision(), dataDir, handlers: Number(handlers), producers: Number(producers), accounts: Number(accounts) };
  console.log(`written to ${writeResult('conserve', { ...setting, seconds, commandsPerSecond, audit: audited }, { at })}`);
  if (audited.findings.length > 0 || audited.waiting > 0) process.exitCode = 1;
};

if (values.help) console.log(help);
else await run();
