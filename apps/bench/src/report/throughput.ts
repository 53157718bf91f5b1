/** The report of drains, of constant rates, and of comparisons: tables. */
import { z } from 'zod';
import { median } from '../median.ts';
import { about, figure, linkOf, notes, table, type Section } from './markdown.ts';
import { newest, type Result, type Told } from './results.ts';

/** What makes two results comparable beside their scenario's own settings. */
const Setting = z.object({
  dataDir: z.string(),
  client: z.string().default('kafkajs'),
  handler: z.object({ replacement: z.string().optional(), env: z.record(z.string(), z.string()) }).default({ env: {} }),
});

/** /dev/shm is memory on every Linux. */
const settingOf = ({ dataDir, client, handler: { replacement, env } }: z.output<typeof Setting>): string =>
  [replacement ?? client, dataDir.startsWith('/dev/shm') ? 'RAM disk' : 'disk', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].join(', ');

/** A table with its notes; or that there is nothing to show. */
const tableOf = (scenario: string, heading: readonly string[], rows: readonly (readonly string[])[], told: readonly Told<unknown>[]): readonly string[] =>
  rows.length > 0
    ? [table(heading, rows), notes(told.map(({ result }) => result))]
    : [`There is no result of \`${scenario}\` yet: \`npx nx run bench:${scenario}\` makes one.`];

const mebibytes = (bytes: number): number => bytes / 2 ** 20;
const ofRuns = (values: readonly number[]): string => figure(median(values), { least: Math.min(...values), most: Math.max(...values) });

const Drain = Setting.extend({
  commandsPerSecondMedian: z.number(), commandsPerSecondLeast: z.number(), commandsPerSecondMost: z.number(),
  processorMicrosecondsPerCommand: z.record(z.string(), z.number()),
  // Earlier results do not tell it.
  handlerPeakBytes: z.number().optional(),
  ledgerRows: z.number(),
  drains: z.array(z.object({ commands: z.number() })),
});

/** In a short drain the handler's start counts too. */
const isLong = ({ drains }: z.output<typeof Drain>): boolean => (drains[0]?.commands ?? 0) >= 1_000_000;

export const drainSection = (results: readonly Result[]): Section => {
  const drains = newest(results, 'drain', {
    parse: result => [Drain.parse(result)],
    settingOf: drain => `${settingOf(drain)}${drain.ledgerRows === 0 ? '' : `, ledger of ${drain.ledgerRows}`}${isLong(drain) ? ', long' : ''}`,
  });
  const rows = drains.map(({ setting, result, parsed: drain }) => [
    setting,
    `${drain.drains.length} × ${(drain.drains[0]?.commands ?? 0).toLocaleString('en-US')}`,
    figure(drain.commandsPerSecondMedian, { least: drain.commandsPerSecondLeast, most: drain.commandsPerSecondMost }),
    ...['handler', 'postgres', 'kafka'].map(part => figure(drain.processorMicrosecondsPerCommand[part] ?? NaN)),
    drain.handlerPeakBytes === undefined ? '–' : figure(mebibytes(drain.handlerPeakBytes)),
    linkOf(result),
  ]);
  const heading = ['', 'drains', 'commands/s', 'handler, µs each', 'PostgreSQL, µs each', 'Kafka, µs each', 'handler at most, MiB', 'result'];
  const text = [
    '## Drain',
    'Transfers wait on their topic, then a handler is started: the median of the drains, with the least and the most.',
    ...tableOf('drain', heading, rows, drains),
  ];
  return { text: text.join('\n\n'), plots: {} };
};

const Percentiles = z.object({ p50: z.number(), p99: z.number(), p999: z.number() });
const Run = z.object({
  perSecond: z.number(),
  toFeedbackMs: Percentiles,
  toBalanceChangedMs: Percentiles.optional(),
  // Earlier results tell one figure, the handler's.
  processorMicrosecondsPerTransfer: z.union([z.number(), z.object({ handler: z.number() })]).optional(),
  memoryBytes: z.object({ most: z.number() }),
});
const Rate = Setting.extend({ seconds: z.number(), runs: z.array(Run) });

type AtRate = z.output<typeof Rate> & { readonly perSecond: number };

/** The runs of each rate by themselves. */
const byRate = (rate: z.output<typeof Rate>): readonly AtRate[] =>
  [...Map.groupBy(rate.runs, ({ perSecond }) => perSecond)].map(([perSecond, runs]) => ({ ...rate, perSecond, runs }));

const rateRow = ({ setting, result, parsed: { runs, seconds } }: Told<AtRate>): readonly string[] => {
  const balances = runs.flatMap(run => run.toBalanceChangedMs ?? []);
  return [
    setting,
    `${runs.length} × ${seconds} s`,
    ...(['p50', 'p99', 'p999'] as const).map(name => ofRuns(runs.map(run => run.toFeedbackMs[name]))),
    ...(['p50', 'p99'] as const).map(name => (balances.length === 0 ? '–' : ofRuns(balances.map(run => run[name])))),
    ofRuns(runs.map(run => mebibytes(run.memoryBytes.most))),
    linkOf(result),
  ];
};

export const rateSection = (results: readonly Result[]): Section => {
  const rates = newest(results, 'rate', {
    parse: result => byRate(Rate.parse(result)),
    settingOf: rate => `${settingOf(rate)}, ${rate.perSecond}/s${rate.runs.some(({ toBalanceChangedMs }) => toBalanceChangedMs) ? ', balances read' : ''}`,
  });
  const latencies = ['feedback p50', 'feedback p99', 'feedback p99.9', 'BalanceChanged p50', 'BalanceChanged p99'].map(name => `${name}, ms`);
  const text = [
    '## Constant rates',
    'Each transfer is sent when it is due, whether or not the bank keeps up; the time is from then until its answer is received. Medians of the runs, with the least and the most.',
    ...tableOf('rate', ['', 'runs', ...latencies, 'handler at most, MiB', 'result'], rates.map(rateRow), rates),
  ];
  return { text: text.join('\n\n'), plots: {} };
};

const Spread = z.object({ median: z.number(), least: z.number(), most: z.number() });
const Compare = z.object({
  of: z.string(),
  rounds: z.number(),
  figures: z.array(z.object({
    name: z.string(), unit: z.string(), handlers: z.array(z.object({ handler: z.string(), spread: Spread, ratio: Spread })),
  })),
  handlers: z.array(z.object({ name: z.string(), command: z.string().optional(), env: z.record(z.string(), z.string()) })),
});

const spread = ({ median: middle, ...ends }: z.output<typeof Spread>): string => figure(middle, ends);

export const compareSection = (results: readonly Result[]): Section => {
  const comparisons = newest(results, 'compare', {
    parse: result => [Compare.parse(result)], settingOf: ({ of, handlers }) => `${of}: ${handlers.map(({ name }) => name).join(', ')}`,
  });
  const texts = comparisons.map(({ setting, result, parsed: { rounds, figures, handlers } }) => [
    `### ${setting}`,
    `${rounds} rounds, each handler in turn. ${about(result)}.`,
    '',
    ...handlers.map(({ name, command, env }) => `- ${name}: ${command === undefined ? 'our handler' : `\`${command}\``}${Object.entries(env).map(([key, value]) => `, ${key}=${value}`).join('')}`),
    '',
    table(['', 'unit', ...handlers.flatMap(({ name }, at) => (at === 0 ? [name] : [name, `${name} / ${handlers[0]?.name}, paired by round`]))],
      figures.map(({ name, unit, handlers: compared }) => [name, unit, ...compared.flatMap((one, at) => (at === 0 ? [spread(one.spread)] : [spread(one.spread), spread(one.ratio)]))])),
  ].join('\n'));
  const usage = '`npx nx run bench:compare -- drain --handler A= --handler B="command"`';
  return { text: ['## Handlers compared', ...(texts.length > 0 ? texts : [`There is no result of \`compare\` yet: ${usage} makes one.`])].join('\n\n'), plots: {} };
};
