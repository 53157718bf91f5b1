/** How many events a second the endpoint projects when its projection is built anew. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openAccounts } from '../bank/accounts.ts';
import { pidOf, startOwnBank, type Bank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { drain } from '../drain/drain.ts';
import { line as lineOfDrain } from '../drain/report.ts';
import { describeMachine, revision } from '../machine.ts';
import { median } from '../median.ts';
import { processorSecondsOf } from '../process/processor.ts';
import { environmentIn, nodeOptionsIn } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { countEvents } from './events.ts';
import { rebuild, serve, type Rebuilt, type RebuildOptions } from './rebuild.ts';
import { areEqual, line, total } from './report.ts';

const help = `bench rebuild: a bank settles transfers, then the endpoint's projection of them is built anew from the first offset

  --runs N         rebuilds one after the other, of one bank (3)
  --transfers N    settled beforehand; each is three events, a feedback and two changes (200000)
  --accounts N     they are between (1000)
  --serve          no command: an endpoint is started on an empty database, and measured until it has projected all
  --with-env N=V   of the endpoint; may be given several times
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options of Node for the endpoint, such as --node-options="--cpu-prof --cpu-prof-dir=profile"`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    transfers: { type: 'string', default: '200000' },
    accounts: { type: 'string', default: '1000' },
    serve: { type: 'boolean', default: false },
    'with-env': { type: 'string', multiple: true, default: [] },
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

/** Settles the transfers. */
const fill = async (bank: Bank): Promise<void> => {
  const opening = await bank.startHandler();
  const accounts = await openAccounts(bank, Number(values.accounts));
  await opening[Symbol.asyncDispose]();
  console.log(`settling ${values.transfers} transfers …`);
  const transfers = randomTransfers(accounts, Number(values.transfers), xoroshiro128plus(1));
  console.log(lineOfDrain(await drain(bank, transfers, { servers: [], handler: {} })));
};

const rebuildOnce = async (bank: Bank, options: Omit<RebuildOptions, 'databaseUrl'>, usualDatabase: string): Promise<Rebuilt> =>
  values.serve ? serve(bank, { ...options, databaseUrl: await bank.createDatabase() }) : rebuild(bank, { ...options, databaseUrl: usualDatabase });

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  await fill(bank);
  const events = await countEvents(bank);
  const usualDatabase = await bank.createDatabase();
  const meters = ['kafka', 'postgres'].map(name => ({ name, seconds: () => processorSecondsOf(pidOf(name, bank)) }));
  const env = environmentIn(values['with-env']);
  const options = { events, meters, env, nodeOptions: nodeOptionsIn(values['node-options']) };
  const rebuilds: Rebuilt[] = [];
  for (let count = 1; count <= Number(values.runs); count += 1) {
    const rebuilt = await rebuildOnce(bank, options, usualDatabase);
    rebuilds.push(rebuilt);
    console.log(`rebuild ${count} of ${values.runs}: ${line(rebuilt)}`);
  }
  console.log(total(rebuilds));
  if (!areEqual(rebuilds)) {
    console.log('the rebuilds differ');
    process.exitCode = 1;
  }
  const eventsPerSecondMedian = median(rebuilds.map(({ eventsPerSecond }) => eventsPerSecond));
  const setting = { machine, revision: revision(), dataDir: values['data-dir'], env, by: values.serve ? 'an endpoint on an empty database' : 'the command' };
  console.log(`written to ${writeResult('rebuild', { eventsPerSecondMedian, ...setting, accounts: Number(values.accounts), rebuilds }, { at })}`);
};

if (values.help) console.log(help);
else await run();
