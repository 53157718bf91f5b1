/** How many commands a second the handler settles when more wait than it can settle. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startStack } from '@bank/stack';
import { openAccounts } from '../bank/accounts.ts';
import { openBank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { drain, type Drained } from './drain.ts';

const help = `bench drain: transfers between accounts wait on their topic, then a handler is started

  --runs N         drains one after the other, on one bank (5)
  --commands N     transfers of each (200000)
  --accounts N     accounts they are between (1000)
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options for the handler's Node, such as --node-options="--cpu-prof --cpu-prof-dir=profile"`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    commands: { type: 'string', default: '200000' },
    accounts: { type: 'string', default: '1000' },
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const handler = { nodeOptions: values['node-options'].split(' ').filter(option => option !== '') };
  console.log('starting Kafka, registry and PostgreSQL …');
  await using stack = await startStack({ temporaryIn: values['data-dir'], tuning: 'throughput' });
  await using bank = await openBank(stack);
  const opening = await bank.startHandler();
  const accounts = await openAccounts(bank, Number(values.accounts));
  await opening[Symbol.asyncDispose]();
  const random = xoroshiro128plus(1);
  const servers = stack.status.flatMap(({ name, process }) => (process ? [{ name, pid: process.pid }] : []));
  const drains: Drained[] = [];
  for (let count = 1; count <= Number(values.runs); count += 1) {
    const drained = await drain(bank, randomTransfers(accounts, Number(values.commands), random), { servers, handler });
    drains.push(drained);
    const { commandsPerSecond, processorSeconds, handlerPeakBytes } = drained;
    const cpu = Object.entries(processorSeconds).map(([name, seconds]) => `${name} ${((seconds / drained.commands) * 1e6).toFixed(0)}`).join(', ');
    console.log(`drain ${count} of ${values.runs}: ${commandsPerSecond.toFixed(0)} commands/s, µs of processor a command: ${cpu}; ${(handlerPeakBytes / 2 ** 20).toFixed(0)} MiB at most`);
  }
  console.log(`written to ${writeResult('drain', { machine, revision: revision(), dataDir: values['data-dir'], drains }, { at })}`);
};

if (values.help) console.log(help);
else await run();
