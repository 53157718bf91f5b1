/** The article's test: how long a click in a browser takes until the new balance is shown, while the load on the bank rises. */
import { generators, handlers, projection, untilDone } from '../bank/backlog.ts';
import { Client, newCredentials } from '../bank/client.ts';
import { changeLoad, loadOf, readLoad } from '../bank/heartbeat.ts';
import { Watermarks } from '../bank/watermarks.ts';
import { compareSecurity } from '../compare/security.ts';
import { describeMachine, revision } from '../machine.ts';
import { writeResult } from '../result.ts';
import { AccountPage } from './account-page.ts';
import { startChromium, type Chromium } from './chromium.ts';
import { help, readOptions, type Options } from './options.ts';
import { loadAtEndOf, measuredOf, rowsOf, type TracedStep } from './report.ts';
import { findBank, startWholeBank, type RunningBank } from './running-bank.ts';
import { runTest } from './run.ts';
import { heading, legend, line, tables } from './tables.ts';
import { traceOf, usualClicks } from './trace.ts';

/** One run with a new client; it ends when the bank is idle again. */
const runOnce = async (bank: RunningBank, { browser, pid }: Chromium, options: Options, signal: AbortSignal): Promise<readonly TracedStep[]> => {
  const { url, heartbeatUrl, connection } = bank;
  const credentials = newCredentials();
  const client = new Client(url);
  await client.openAccount(credentials);
  await using page = await AccountPage.logIn(browser, url, credentials);
  await using watermarks = await Watermarks.connect(connection);
  const pids = new Map([...bank.pids, ['browser', pid] as const]);
  const steps = await runTest({ heartbeatUrl, page, watermarks, pids, signal }, options, step => {
    console.log(line(measuredOf(step)));
    for (const click of step.clicks) if (click.isMiss) console.log(`       a ${click.kind} was missed; the page said: ${click.said}`);
  });
  await changeLoad(heartbeatUrl, loadOf(0));
  for (const workers of [generators, handlers, projection]) await untilDone(bank, workers);
  return await Promise.all(
    steps.map(async step => ({ step, traces: await Promise.all(usualClicks(step.clicks).map(click => traceOf(client, click))) })),
  );
};

const run = async (options: Options, signal: AbortSignal): Promise<void> => {
  const at = new Date();
  const machine = describeMachine();
  await using resources = new AsyncDisposableStack();
  const chromium = resources.use(await startChromium());
  if (options.envFile === undefined) console.log('starting a bank …');
  const bank = options.envFile === undefined ? resources.use(await startWholeBank(options, signal)) : await findBank(options.envFile);
  const { batch, intervalMs } = await readLoad(bank.heartbeatUrl);
  resources.defer(async () => {
    await changeLoad(bank.heartbeatUrl, { batch, intervalMs });
  });
  const { implementation, dataDir, secured, envFile, handler, handlerEnv, loads, seconds, warmUp } = options;
  const setting = { machine, revision: revision(), ...(envFile === undefined && { dataDir, secured, handler: { replacement: handler, env: handlerEnv } }), implementation, browser: chromium.browser.version(), loads, seconds, warmUp };
  const runs: (readonly TracedStep[])[] = [];
  console.log(legend);
  for (let count = 1; count <= options.runs; count += 1) {
    console.log(`\nrun ${count} of ${options.runs}, ${loads.length} steps of ${seconds} s; warming up for ${warmUp.seconds} s …\n${heading}`);
    runs.push(await runOnce(bank, chromium, options, signal));
    // After each run, over what was there: a later run that fails takes nothing along.
    const path = writeResult('latency', { ...setting, loadAtEndOfRun: loadAtEndOf(runs), rows: rowsOf(runs) }, { at });
    console.log(`written to ${path}`);
  }
  console.log(tables(rowsOf(runs), runs));
};

const options = readOptions(process.argv.slice(2));
if (options === undefined) console.log(help);
else if (options.tls) await compareSecurity('latency', process.argv.slice(2), { runs: String(options.runs) });
else {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stopping.abort());
  try {
    await run(options, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    console.log('interrupted; what is written is of the runs before');
    process.exitCode = 130;
  }
}
