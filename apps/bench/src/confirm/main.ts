/** How long a client of an idle bank waits for the confirmation of a deposit or a transfer. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startOwnBank, type Bank } from '../bank/bank.ts';
import { Client } from '../bank/client.ts';
import { startEndpoint } from '../bank/endpoint.ts';
import { describeMachine, revision } from '../machine.ts';
import { median } from '../median.ts';
import { environmentIn, nodeOptionsIn } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { confirm, type Mutation } from './confirm.ts';
import { readTimes } from './feedback.ts';
import { heading, line, summaryOf } from './report.ts';

const help = `bench confirm: one client of an idle bank, deposits and transfers alternately, one at a time, 20 to 80 ms after the answer to the one before

  --count N        of each in a run (100)
  --warm-up N      of each before all, not counted (50)
  --runs N         one after the other (5)
  --with-env N=V   of the endpoint; may be given several times
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options of Node for the endpoint, such as --node-options="--cpu-prof --cpu-prof-dir=profile"`;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    'warm-up': { type: 'string', default: '50' },
    runs: { type: 'string', default: '5' },
    'with-env': { type: 'string', multiple: true, default: [] },
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

/** All mutations, those of the warm-up first; then the times that the bank tells of them, which are read when it is idle again. */
const mutate = async (bank: Bank, url: string): Promise<Parameters<typeof summaryOf>[0][]> => {
  const client = new Client(url);
  await client.openAccount();
  const random = xoroshiro128plus(1);
  console.log('warming up …');
  const runs: (readonly Mutation[])[] = [await confirm(client, Number(values['warm-up']), random)];
  for (let count = 1; count <= Number(values.runs); count += 1) {
    console.log(`run ${count} of ${values.runs} …`);
    runs.push(await confirm(client, Number(values.count), random));
  }
  const times = (await readTimes(bank)).values();
  const timed = runs.map(mutations =>
    mutations.map(mutation => {
      const { value } = times.next();
      if (!value) throw new Error('a mutation has no feedback');
      return { ...mutation, ...value };
    }),
  );
  return timed.slice(1);
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  await using programs = new AsyncDisposableStack();
  programs.use(await bank.startHandler());
  const env = environmentIn(values['with-env']);
  const nodeOptions = nodeOptionsIn(values['node-options']);
  const endpoint = programs.use(await startEndpoint(bank, { databaseUrl: await bank.createDatabase(), env, nodeOptions }));
  const runs = (await mutate(bank, endpoint.url)).map(summaryOf);
  console.log(heading);
  for (const each of runs) console.log(line(each));
  const p50Median = median(runs.map(({ all }) => all.p50));
  console.log(`median of the runs' p50: ${p50Median.toFixed(1)} ms`);
  const result = { machine, revision: revision(), dataDir: values['data-dir'], env, count: Number(values.count), p50Median, runs };
  console.log(`written to ${writeResult('confirm', result, { at })}`);
};

if (values.help) console.log(help);
else await run();
