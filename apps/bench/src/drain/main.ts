/** How many commands a second the handler settles when more wait than it can settle. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { openAccounts } from '../bank/accounts.ts';
import { startOwnBank } from '../bank/bank.ts';
import { randomTransfers } from '../bank/commands.ts';
import { relyOn } from '../bank/reliance.ts';
import { compareSecurity } from '../compare/security.ts';
import { describeMachine, revision } from '../machine.ts';
import { clientHelp, clientIn, clientOptions, environmentIn, handlerHelp, handlerOptions, nodeOptionsIn, securityHelp, securityOptions } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { audit } from '../audit/audit.ts';
import { report as reportOf } from '../audit/report.ts';
import { isOurs } from '../audit/snapshot.ts';
import { drain, type Drained } from './drain.ts';
import { prefillLedger } from './prefill.ts';
import { line, summaryOf, total } from './report.ts';

const help = `bench drain: transfers between accounts wait on their topic, then a handler is started

  --runs N         drains one after the other, on one bank (5)
  --transfers N    how many wait, each time (200000)
  --accounts N     accounts they are between (1000)
  --ledger N       rows in the ledger beforehand (0)
${handlerHelp}
${securityHelp}
${clientHelp}
  --data-dir D     where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk
  --node-options O options for the handler's Node, such as --node-options="--cpu-prof --cpu-prof-dir=profile"`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    transfers: { type: 'string', default: '200000' },
    accounts: { type: 'string', default: '1000' },
    ledger: { type: 'string', default: '0' },
    ...handlerOptions,
    ...securityOptions,
    ...clientOptions,
    'data-dir': { type: 'string', default: tmpdir() },
    'node-options': { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const program = { replacement: values.handler, env: environmentIn(values['with-env']) };
  const handler = { ...program, nodeOptions: nodeOptionsIn(values['node-options']) };
  await using bank = await startOwnBank(values['data-dir'], { client: clientIn(values.client), secured: values.secured });
  const opening = await bank.startHandler(program);
  const accounts = await relyOn(opening, () => openAccounts(bank, Number(values.accounts)));
  await opening[Symbol.asyncDispose]();
  await prefillLedger(bank.databaseUrl, Number(values.ledger), rows => console.log(`${rows} rows in the ledger`));
  const random = xoroshiro128plus(1);
  const servers = bank.servers.flatMap(({ name, process }) => (process ? [{ name, pid: process.pid }] : []));
  const drains: Drained[] = [];
  for (let count = 1; count <= Number(values.runs); count += 1) {
    const drained = await drain(bank, randomTransfers(accounts, Number(values.transfers), random), { servers, handler });
    drains.push(drained);
    console.log(`drain ${count} of ${values.runs}: ${line(drained)}`);
  }
  // Rows that were filled in have no commands on a topic: an audit would find fault with them. And another handler keeps other tables.
  const audited = values.ledger === '0' && (await isOurs(bank.databaseUrl)) ? await audit(bank) : undefined;
  console.log(audited ? reportOf(audited) : 'not audited: the database is not as our handler alone would have left it');
  if (audited && audited.findings.length > 0) process.exitCode = 1;
  const summary = summaryOf(drains);
  console.log(total(summary));
  const result = { ...summary, machine, revision: revision(), client: program.env['KAFKA_CLIENT'] ?? values.client, handler: program, dataDir: values['data-dir'], secured: values.secured, ledgerRows: Number(values.ledger), accounts: accounts.length, drains, audit: audited };
  console.log(`written to ${writeResult('drain', result, { at })}`);
};

if (values.help) console.log(help);
else if (values.tls) await compareSecurity('drain', process.argv.slice(2), { runs: values.runs });
else await run();
