/** Whether anything is lost or done twice when handlers are killed: at every step of their work, and at any moment. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { report } from '../audit/report.ts';
import { openAccounts } from '../bank/accounts.ts';
import { startOwnBank, type Bank } from '../bank/bank.ts';
import { describeMachine, revision } from '../machine.ts';
import { clientHelp, clientIn, clientOptions } from '../program-options.ts';
import { writeResult } from '../result.ts';
import { crash, type Crashed } from './crash.ts';
import { anyMoment, points, type Point } from './points.ts';

const help = `bench crash: kills handlers with SIGKILL at every step of their work and at any moment, then audits the bank

  --rounds N       kills at each step, with an audit after each round (20)
  --random N       kills at any moment after that, ten to a round (30)
  --backlog N      commands that wait before each of these (20000)
  --seed N         draws the transfers and the moments (1)
${clientHelp}
  --data-dir D     where the servers keep their data`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    random: { type: 'string', default: '30' },
    backlog: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    ...clientOptions,
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

type Round = { readonly at: readonly Point[]; readonly backlog?: number };

const rounds = (): readonly Round[] => {
  const atRandom = Array.from({ length: Number(values.random) }, () => anyMoment);
  const tens = Array.from({ length: Math.ceil(atRandom.length / 10) }, (_, ten) => atRandom.slice(ten * 10, ten * 10 + 10));
  const atEachPoint = Array.from({ length: Number(values.rounds) }, () => ({ at: points }));
  return [...atEachPoint, ...tens.map(at => ({ at, backlog: Number(values.backlog) }))];
};

/** Rounds, until one leaves something wrong: the audits to come would find it again, and this one's kills did it. */
const crashInRounds = async (bank: Bank): Promise<readonly Crashed[]> => {
  const random = xoroshiro128plus(Number(values.seed));
  const opening = await bank.startHandler();
  const accounts = await openAccounts(bank, 50);
  await opening[Symbol.asyncDispose]();
  const done: Crashed[] = [];
  for (const round of rounds()) {
    const crashed = await crash(bank, { ...round, accounts, random });
    done.push(crashed);
    const { kills, audit: { commands, repeated, findings } } = crashed;
    const soFar = `${commands} commands settled so far, ${repeated.events} events told again`;
    console.log(`round ${done.length} of ${rounds().length}: ${kills.length} kills; ${soFar}`);
    if (findings.length > 0) break;
  }
  return done;
};

const run = async (): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir'], { client: clientIn(values.client) });
  const done = await crashInRounds(bank);
  const kills = done.flatMap(round => round.kills);
  const audit = done.at(-1)?.audit;
  for (const [point, { length }] of Map.groupBy(kills, kill => kill.point)) console.log(`killed ${point.padEnd(43)}${String(length).padStart(20)} times`);
  if (audit) console.log(report(audit));
  const setting = { machine, revision: revision(), client: values.client, dataDir: values['data-dir'], seed: Number(values.seed) };
  console.log(`written to ${writeResult('crash', { ...setting, rounds: done.map(round => round.kills), audit }, { at })}`);
  if (!audit || audit.findings.length > 0 || audit.waiting > 0) process.exitCode = 1;
};

if (values.help) console.log(help);
else await run();
