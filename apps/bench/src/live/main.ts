/** How long a change takes to reach those who follow its account, and what that costs. */
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openAccounts } from '../bank/accounts.ts';
import { pidOf, startOwnBank } from '../bank/bank.ts';
import { Client } from '../bank/client.ts';
import { employee, startEndpoint } from '../bank/endpoint.ts';
import type { Load } from '../bank/open-loop.ts';
import { describeMachine, revision } from '../machine.ts';
import { residentMemoryOf } from '../process/memory.ts';
import { countProcessor } from '../process/meters.ts';
import { ownProcessorSeconds, processorSecondsOf } from '../process/processor.ts';
import { environmentIn, nodeOptionsIn } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { isFaultless } from './faults.ts';
import { Flood } from './flood.ts';
import { changesOf, measure } from './live.ts';
import { heading, line, type Run } from './report.ts';
import { Subscribers } from './subscribers.ts';

const help = `bench live: subscribers follow an account each, over WebSockets to one endpoint, while transfers between the accounts run

  --subscribers N  and as many accounts (1000)
  --rate N         transfers a second, each of which is delivered to two (500)
  --seconds S      of each run that count (20)
  --warm-up S      before that, not counted (10)
  --first-warm-up S  before all: Java and Node take their time to get fast (30)
  --runs N         one after the other, with the same subscribers (5)
  --log-ins N      clients who log in all the while, each as soon as it is answered, without the endpoint's limits on log-ins (0)
  --settle S       seconds to wait before the idle endpoint's memory is read (5)
  --with-env N=V   of the endpoint, such as a limit; may be given several times
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options of Node for the endpoint, such as --node-options="--cpu-prof --cpu-prof-dir=profile"`;

const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '20' },
    'warm-up': { type: 'string', default: '10' },
    'first-warm-up': { type: 'string', default: '30' },
    runs: { type: 'string', default: '5' },
    'log-ins': { type: 'string', default: '0' },
    settle: { type: 'string', default: '5' },
    'with-env': { type: 'string', multiple: true, default: [] },
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

/** A flood is to be answered by looking at passwords, not by limits. */
const withoutLogInLimits = { WRONG_PASSWORDS_PER_MINUTE: '1000000', LOG_INS_PER_ADDRESS_AND_MINUTE: '1000000' };

/** How often the endpoint's memory is looked at. */
const sampleMs = 1_000;

/** Who is measured: the processes by name, and the endpoint's address. */
type Measuring = { readonly url: string; readonly pids: Readonly<Record<'endpoint' | 'handler' | 'kafka' | 'postgres', number>> };

/** One run, with log-ins all the while if there are to be any. */
const runOnce = async (bank: Parameters<typeof measure>[0], subscribers: Subscribers, load: Load, { url, pids }: Measuring): Promise<Run> => {
  const clients = Number(values['log-ins']);
  const memoryBytes: number[] = [];
  const sampling = setInterval(() => memoryBytes.push(residentMemoryOf(pids.endpoint)), sampleMs);
  const meters = Object.entries(pids).map(([name, pid]) => ({ name, seconds: () => processorSecondsOf(pid) }));
  const used = countProcessor([...meters, { name: 'all of the bench', seconds: ownProcessorSeconds }]);
  const flood = clients > 0 ? new Flood(url, clients) : undefined;
  let logIns: Run['logIns'];
  const endFlood = async (): Promise<void> => {
    logIns = await flood?.stop();
  };
  const { subscribersSeconds, ...measured } = await measure(bank, subscribers, load, endFlood).finally(() => clearInterval(sampling));
  const { 'all of the bench': all = 0, ...seconds } = used();
  const costs = Object.entries({ ...seconds, subscribers: subscribersSeconds, bench: all - subscribersSeconds });
  return {
    ...measured,
    processorMicrosecondsPerDelivery: Object.fromEntries(costs.map(([name, cost]) => [name, (cost * 1e6) / changesOf(load)])),
    endpointBytes: Math.max(...memoryBytes),
    ...(logIns && { logIns }),
  };
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  await using handler = await bank.startHandler();
  const accounts = await openAccounts(bank, Number(values.subscribers));
  const databaseUrl = await bank.createDatabase();
  const env = { ...(Number(values['log-ins']) > 0 && withoutLogInLimits), ...environmentIn(values['with-env']) };
  await using endpoint = await startEndpoint(bank, { databaseUrl, env, nodeOptions: nodeOptionsIn(values['node-options']) });
  const client = new Client(endpoint.url);
  await client.logIn(employee);
  const aloneBytes = residentMemoryOf(endpoint.pid);
  console.log(`${accounts.length} subscribers connect …`);
  await using subscribers = await Subscribers.open({ url: endpoint.url, cookie: client.cookie ?? '', ibans: accounts.map(({ iban }) => iban) });
  await delay(Number(values.settle) * 1_000);
  const idleBytes = residentMemoryOf(endpoint.pid);
  console.log(`the endpoint's memory: ${(aloneBytes / 2 ** 20).toFixed(0)} MiB alone, ${(idleBytes / 2 ** 20).toFixed(0)} MiB with ${accounts.length} idle subscribers`);
  const pids = { endpoint: endpoint.pid, handler: handler.pid, kafka: pidOf('kafka', bank), postgres: pidOf('postgres', bank) };
  const load = { accounts, random: xoroshiro128plus(1), perSecond: Number(values.rate), seconds: Number(values.seconds), warmUpSeconds: Number(values['warm-up']) };
  console.log('warming up …');
  await measure(bank, subscribers, { ...load, seconds: 0, warmUpSeconds: Number(values['first-warm-up']) });
  const runs: Run[] = [];
  console.log(heading);
  for (let count = 1; count <= Number(values.runs); count += 1) {
    const measured = await runOnce(bank, subscribers, load, { url: endpoint.url, pids });
    runs.push(measured);
    console.log(line(measured));
    if (!isFaultless(measured.faults)) process.exitCode = 1;
  }
  const setting = { machine, revision: revision(), dataDir: values['data-dir'], env, subscribers: accounts.length, perSecond: load.perSecond, seconds: load.seconds };
  console.log(`written to ${writeResult('live', { ...setting, logInClients: Number(values['log-ins']), aloneBytes, idleBytes, runs }, { at })}`);
};

if (values.help) console.log(help);
else await run();
