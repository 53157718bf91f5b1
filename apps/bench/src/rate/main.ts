/** How long a transfer takes at a constant rate, and whether the handler's memory stays what it is. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openAccounts } from '../bank/accounts.ts';
import { startOwnBank } from '../bank/bank.ts';
import { describeMachine, revision } from '../machine.ts';
import { residentMemoryOf } from '../process/memory.ts';
import { writeResult } from '../result.ts';
import { measure } from './rate.ts';
import { heading, line, summaryOf, type Run } from './report.ts';

const help = `bench rate: transfers at a constant rate, sent when they are due whether or not the bank keeps up

  --rates LIST     transfers a second, one after the other (10,5000)
  --seconds S      of each run that count (20)
  --warm-up S      before that, not counted; and before all, at 1000 a second (5)
  --runs N         of each rate (5)
  --accounts N     accounts the transfers are between (1000)
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk

  a soak: --rates 3000 --seconds 600 --runs 1`;

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,5000' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '5' },
    runs: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '1000' },
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

/** How often the handler's memory is looked at. */
const sampleMs = 1_000;

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  await using handler = await bank.startHandler();
  const accounts = await openAccounts(bank, Number(values.accounts));
  const random = xoroshiro128plus(1);
  console.log('warming up …');
  await measure(bank, { accounts, random, perSecond: 1_000, seconds: Number(values['warm-up']), warmUpSeconds: 0 });
  const runs: Run[] = [];
  console.log(heading);
  for (const perSecond of values.rates.split(',').map(Number)) {
    for (let count = 1; count <= Number(values.runs); count += 1) {
      const memoryBytes: number[] = [];
      const sampling = setInterval(() => memoryBytes.push(residentMemoryOf(handler.pid)), sampleMs);
      const load = { accounts, random, perSecond, seconds: Number(values.seconds), warmUpSeconds: Number(values['warm-up']) };
      const measured = await measure(bank, load).finally(() => clearInterval(sampling));
      const summary = summaryOf(perSecond, measured, memoryBytes);
      runs.push(summary);
      console.log(line(summary));
    }
  }
  console.log(`written to ${writeResult('rate', { machine, revision: revision(), dataDir: values['data-dir'], seconds: Number(values.seconds), runs }, { at })}`);
};

if (values.help) console.log(help);
else await run();
