/** Whether anything is lost or done twice when a broker of three is killed under load, and how long the bank stands still. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startStack } from '@bank/stack';
import { audit } from '../audit/audit.ts';
import { report } from '../audit/report.ts';
import { openAccounts } from '../bank/accounts.ts';
import { untilDone } from '../bank/backlog.ts';
import { openBank, temporaryCertificates } from '../bank/bank.ts';
import { describeMachine, revision } from '../machine.ts';
import { clientHelp, clientIn, clientOptions } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { killBrokers } from './brokers.ts';

const help = `bench brokers: kills each of three brokers in turn with SIGKILL under load, then audits the bank

  --rounds N       kills of each broker (3)
  --rate N         transfers a second (300)
  --handlers N     handlers, in one group (2)
  --seed N         draws the transfers (1)
  --secured        by TLS, with certificates made for it
${clientHelp}
  --data-dir D     where the servers keep their data`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '300' },
    handlers: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    secured: { type: 'boolean', default: false },
    ...clientOptions,
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const client = clientIn(values.client);
  console.log('starting three brokers, registry and PostgreSQL …');
  await using resources = new AsyncDisposableStack();
  const certificates = values.secured ? await temporaryCertificates(resources) : undefined;
  await using stack = await startStack({ brokers: 3, temporaryIn: values['data-dir'], tuning: 'throughput', certificates });
  await using bank = await openBank({ stack, client });
  const handlers = await Promise.all(Array.from({ length: Number(values.handlers) }, () => bank.startHandler()));
  const random = xoroshiro128plus(Number(values.seed));
  const accounts = await openAccounts(bank, 50);
  const victims = Array.from({ length: Number(values.rounds) }, () => [1, 2, 3]).flat();
  const { kills, sent } = await killBrokers(stack, bank, { accounts, random, perSecond: Number(values.rate), victims, answersWithout: 2 * Number(values.rate) });
  await untilDone(bank);
  for (const handler of handlers) await handler[Symbol.asyncDispose]();
  for (const { broker, led, coordinated, longestPauseMs, wholeAfterMs } of kills) {
    const role = `leader of ${led} partitions${coordinated ? ', coordinator' : ''}`;
    console.log(`killed broker ${broker}, ${role}: no answer for ${seconds(longestPauseMs)}; in step ${seconds(wholeAfterMs)} after its start`);
  }
  const audited = await audit(bank);
  const lost = accounts.length + sent - audited.ids;
  console.log(report(audited));
  console.log(`${lost} of ${sent} acknowledged transfers lost`);
  const setting = { machine, revision: revision(), client, perSecond: Number(values.rate), handlers: handlers.length, dataDir: values['data-dir'], secured: values.secured };
  console.log(`written to ${writeResult('brokers', { ...setting, kills, sent, lost, audit: audited }, { at })}`);
  if (lost !== 0 || audited.findings.length > 0 || audited.waiting > 0) process.exitCode = 1;
};

if (values.help) console.log(help);
else await run();
