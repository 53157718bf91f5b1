/** Whether a running bank's handler, topics and endpoint agree on every account, to the cent. */
import { parseArgs } from 'node:util';
import { formatCents } from '@bank/topology';
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import type { Difference } from './accounts.ts';
import { bankAt } from './bank-address.ts';
import { report } from './report.ts';
import { auditRunning, type Comparison } from './running.ts';

const help = `bench audit: the handler's database, the topics and the endpoint's database of a running bank, compared account by account

  --bank FILE      where it is: the file "env" in its folder (.bank/env)
  --patience S     how long the endpoint may take to project what was published when the audit began (60)
  --show N         accounts that are printed of those that differ; the result has all (20)

It only reads: both databases in read-only transactions, the topics in a consumer group of its own that commits nothing. The bank may be
at work. Exit code 0: all agree; 1: they do not; 2: the audit could not be made.`;

const { values } = parseArgs({
  options: {
    bank: { type: 'string', default: '.bank/env' },
    patience: { type: 'string', default: '60' },
    show: { type: 'string', default: '20' },
    help: { type: 'boolean', default: false },
  },
});

const progressEveryMs = 2_000;

/** Prints the first that comes after each while. */
const nowAndThen = (): ((step: string) => void) => {
  let last = performance.now();
  return step => {
    if (performance.now() - last < progressEveryMs) return;
    last = performance.now();
    console.log(step);
  };
};

const euros = (state: Difference['handler']): string =>
  state ? `${formatCents(BigInt(state.balance), 'en-IE')} (version ${state.version})` : 'no such account';

const linesOf = ({ iban, handler, topics, endpoint, faults }: Difference): string =>
  [`${iban}: handler ${euros(handler)}, topics ${euros(topics)}, endpoint ${euros(endpoint)}`, ...faults.map(fault => `  ${fault}`)].join('\n');

const print = ({ scope, audit, accounts, transactions, differences }: Comparison): void => {
  const shown = Number(values.show);
  if (scope === 'everything') console.log(report(audit));
  else console.log([`${audit.changes} changes of balances`, ...audit.findings].join('\n'));
  for (const difference of differences.slice(0, shown)) console.log(linesOf(difference));
  if (differences.length > shown) console.log(`… and ${differences.length - shown} more accounts`);
  console.log(differences.length === 0
    ? `equal: ${accounts} accounts and ${transactions} transactions, in the handler's database, on the topics and in the endpoint's database`
    : `DIFFERENT: ${differences.length} of ${accounts} accounts`);
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  const tell = (sentence: string): void => console.log(sentence);
  const comparison = await auditRunning(bankAt(values.bank, process.env), { patienceMs: Number(values.patience) * 1_000, tell, onProgress: nowAndThen() });
  print(comparison);
  console.log(`written to ${writeResult('audit', { machine, revision: revision(), ...comparison }, { at })}`);
  if (comparison.differences.length > 0 || comparison.audit.findings.length > 0) process.exitCode = 1;
};

if (values.help) console.log(help);
else {
  await run().catch((error: unknown) => {
    console.error(`the audit could not be made, does the bank run? ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 2;
  });
}
