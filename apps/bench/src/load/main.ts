/** Whether the load is what it says: messages on the topics against the rates that were asked for. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { startOwnBank } from '../bank/bank.ts';
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { putLoad } from './load.ts';
import { confirmedShareOf, deviationOf, heading, isWhatItSays, lines, tolerance, total } from './report.ts';
import { LoadSource } from './source.ts';

const help = `bench load: heartbeats at several rates, and how many of them, of their commands and of the feedback stand on the topics in any 30 s;
exits with 1 when a window is more than ${tolerance * 100}% from what was asked for

  --loads LIST   heartbeats a second, one after the other; below 10 a window's edges alone are more than 1% (10,100,1000,3000)
  --seconds S    of each; less than 30 makes windows as long as that (35)
  --warm-up S    before that, at the highest of them, not counted: programs that have just started are slow (10)
  --seed SEED    of the commands (open-bank-mark)
  --data-dir D   where the servers keep their data; a RAM disk such as /dev/shm shows the software without the disk`;

const { values } = parseArgs({
  options: {
    loads: { type: 'string', default: '10,100,1000,3000' },
    seconds: { type: 'string', default: '35' },
    'warm-up': { type: 'string', default: '10' },
    seed: { type: 'string', default: 'open-bank-mark' },
    'data-dir': { type: 'string', default: tmpdir() },
    help: { type: 'boolean', default: false },
  },
});

const windowSeconds = 30;

const run = async (signal: AbortSignal): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using bank = await startOwnBank(values['data-dir']);
  await using programs = new AsyncDisposableStack();
  programs.use(await bank.startHandler());
  const source = programs.use(await LoadSource.start(bank, values.seed));
  const steps = { steps: values.loads.split(',').map(Number), seconds: Number(values.seconds) };
  console.log('warming up …');
  await source.run({ steps: [Math.max(...steps.steps)], seconds: Number(values['warm-up']) }, { signal });
  const window = Math.min(windowSeconds, steps.seconds);
  const onStep = (step: number): void => console.log(`${steps.steps[step]} heartbeats a second for ${steps.seconds} s …`);
  const kept = await putLoad(bank, source, { ...steps, windowMs: window * 1_000, onStep, signal });
  console.log(heading(window));
  for (const step of kept.steps) console.log(lines(step));
  console.log(total(kept.totals));
  if (!isWhatItSays(kept)) {
    console.log(`a window is more than ${tolerance * 100}% from what was asked for`);
    process.exitCode = 1;
  }
  const setting = { machine, revision: revision(), dataDir: values['data-dir'], seed: values.seed, seconds: steps.seconds, windowSeconds: window };
  const deviations = kept.steps.map(step => ({
    ...step,
    deviation: { heartbeats: deviationOf(step, 'heartbeats'), commands: deviationOf(step, 'commands'), feedback: deviationOf(step, 'feedback') },
  }));
  console.log(`written to ${writeResult('load', { ...setting, confirmedShare: confirmedShareOf(kept.totals), totals: kept.totals, steps: deviations }, { at })}`);
};

if (values.help) console.log(help);
else {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  try {
    await run(stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    console.log('interrupted; nothing was written');
    process.exitCode = 130;
  }
}
