/** How long a transfer takes at a constant rate, and whether the handler's memory stays what it is. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openAccounts } from '../bank/accounts.ts';
import { pidOf, startOwnBank } from '../bank/bank.ts';
import { totalOf } from '../bank/open-loop.ts';
import { relyOn } from '../bank/reliance.ts';
import { compareSecurity } from '../compare/security.ts';
import { describeMachine, revision } from '../machine.ts';
import { residentMemoryOf } from '../process/memory.ts';
import { ownProcessorSeconds, processorSecondsOf } from '../process/processor.ts';
import { clientHelp, clientIn, clientOptions, environmentIn, handlerHelp, handlerOptions, nodeOptionsIn, securityHelp, securityOptions } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { measure, type Measured, type RateLoad } from './rate.ts';
import { heading, line, summaryOf, type Costs, type Part, type Run } from './report.ts';

const help = `bench rate: transfers at a constant rate, sent when they are due whether or not the bank keeps up

  --rates LIST     transfers a second, one after the other (10,5000)
  --seconds S      of each run that count (20)
  --warm-up S      before that, not counted (5)
  --first-warm-up S  before all, at the highest rate: Java and Node take their time to get fast (30)
  --runs N         of each rate (5)
  --accounts N     accounts the transfers are between (1000)
  --balances       read the changes of balances too, three times as many messages
${handlerHelp}
${securityHelp}
${clientHelp}
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options of Node for the handler, such as "--cpu-prof --cpu-prof-dir=profile"

  a soak: --rates 3000 --seconds 600 --runs 1`;

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,5000' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '5' },
    runs: { type: 'string', default: '5' },
    'first-warm-up': { type: 'string', default: '30' },
    balances: { type: 'boolean', default: false },
    accounts: { type: 'string', default: '1000' },
    ...handlerOptions,
    ...securityOptions,
    ...clientOptions,
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

/** How often the handler's memory is looked at. */
const sampleMs = 1_000;

type Pids = Readonly<Record<Exclude<Part, 'bench'>, number>>;

/** Begins to count the processor's time; what it gives tells how much each of a number of transfers has cost since. */
const countProcessor = (pids: Pids): ((transfers: number) => Costs) => {
  const before = used(pids);
  return transfers => {
    const after = used(pids);
    const cost = (part: Part): number => ((after[part] - before[part]) * 1e6) / transfers;
    return { handler: cost('handler'), kafka: cost('kafka'), postgres: cost('postgres'), bench: cost('bench') };
  };
};

/** Seconds so far. The servers and the handler descend from the bench: what is its own it knows itself. */
const used = (pids: Pids): Costs => ({
  handler: processorSecondsOf(pids.handler),
  kafka: processorSecondsOf(pids.kafka),
  postgres: processorSecondsOf(pids.postgres),
  bench: ownProcessorSeconds(),
});

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir'], { client: clientIn(values.client), secured: values.secured });
  const program = { replacement: values.handler, env: environmentIn(values['with-env']) };
  await using handler = await bank.startHandler({ ...program, nodeOptions: nodeOptionsIn(values['node-options']) });
  const accounts = await relyOn(handler, () => openAccounts(bank, Number(values.accounts)));
  const random = xoroshiro128plus(1);
  const rates = values.rates.split(',').map(Number);
  const common = { accounts, random, balances: values.balances };
  const pids = { handler: handler.pid, kafka: pidOf('kafka', bank), postgres: pidOf('postgres', bank) };
  console.log('warming up …');
  const measureIt = (load: RateLoad): Promise<Measured> => relyOn(handler, () => measure(bank, load));
  await measureIt({ ...common, perSecond: Math.max(...rates), seconds: Number(values['first-warm-up']), warmUpSeconds: 0 });
  const runs: Run[] = [];
  console.log(heading);
  for (const perSecond of rates) {
    for (let count = 1; count <= Number(values.runs); count += 1) {
      const memoryBytes: number[] = [];
      const sampling = setInterval(() => memoryBytes.push(residentMemoryOf(handler.pid)), sampleMs);
      const load = { ...common, perSecond, seconds: Number(values.seconds), warmUpSeconds: Number(values['warm-up']) };
      const costOf = countProcessor(pids);
      const measured = await measureIt(load).finally(() => clearInterval(sampling));
      const summary = summaryOf(perSecond, measured, { memoryBytes, processorMicrosecondsPerTransfer: costOf(totalOf(load)) });
      runs.push(summary);
      console.log(line(summary));
    }
  }
  console.log(`written to ${writeResult('rate', { machine, revision: revision(), client: program.env['KAFKA_CLIENT'] ?? values.client, handler: program, dataDir: values['data-dir'], seconds: Number(values.seconds), runs }, { at })}`);
};

if (values.help) console.log(help);
else if (values.tls) await compareSecurity('rate', process.argv.slice(2), { runs: values.runs });
else await run();
