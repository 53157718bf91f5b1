/** The report of the article's test: plots of ours over the curves of 2019, and the two loads that are looked at most. */
import { parts, statistics, type Campaign, type Part, type Statistic } from './campaign.ts';
import { figure, notes, table, type Section } from './markdown.ts';
import { drawPlot, type Panel, type Point } from './plot.ts';

const xLabel = 'additional heartbeats a second';

const partNames: Readonly<Record<Part, string>> = { handler: 'Command handler', endpoint: 'GraphQL endpoint', database: 'Database', brokers: 'Kafka brokers' };
const statisticNames: Readonly<Record<Statistic, string>> = { p50: 'Median', p99: '99th percentile' };

type Curve = (campaign: Campaign) => readonly Point[];

const panel = (campaigns: readonly Campaign[], { title, yLabel, isLogarithmic }: Pick<Panel, 'title' | 'yLabel' | 'isLogarithmic'>, curve: Curve): Panel => ({
  title, xLabel, yLabel, isLogarithmic, curves: campaigns.map(campaign => ({ label: campaign.label, isOurs: campaign.isOurs, points: curve(campaign) })),
});

/** The loads at which the figures are told beside the curves. */
const toldLoads = [0, 400] as const;

const told = (points: readonly Point[], load: number): string => {
  const point = points.find(({ x }) => x === load);
  return point ? figure(point.y, point) : '–';
};

/** @param seed the campaigns of 2019 */
export const latencySection = (ours: readonly Campaign[], seed: readonly Campaign[]): Section => {
  const heading = '## Latency while the load grows';
  if (ours.length === 0) return { text: `${heading}\n\nThere is no result of \`latency\` yet: \`npx nx run bench:latency\` makes one.`, plots: {} };
  const all = [...ours, ...seed];
  const plots = {
    'latency.svg': drawPlot('Latency of a click over the load, ours and that of 2019', statistics.map(statistic =>
      panel(all, { title: statisticNames[statistic], yLabel: 'click until shown, ms', isLogarithmic: true }, campaign => campaign.latencyMs[statistic]))),
    'processors.svg': drawPlot('Processors that each part keeps busy over the load, ours and those of 2019', parts.map(part =>
      panel(all, { title: partNames[part], yLabel: 'processors kept busy', isLogarithmic: false }, campaign => campaign.processors[part]))),
    'memory.svg': drawPlot('Memory of each part over the load, ours and that of 2019', parts.map(part =>
      panel(all, { title: partNames[part], yLabel: 'memory, MiB', isLogarithmic: false }, campaign => campaign.memoryMiB[part]))),
  };
  const rows = all.map(campaign => [
    campaign.label,
    ...toldLoads.flatMap(load => statistics.map(statistic => told(campaign.latencyMs[statistic], load))),
    campaign.endedAt.length === 0 ? '–' : `${Math.min(...campaign.endedAt)}–${Math.max(...campaign.endedAt)}`,
  ]);
  const text = [
    heading,
    'From a click in a real browser until the new balance stands in the list of transactions, in ms. The load is heartbeats a second beyond what the click itself needs; each makes a',
    'command and a result as well. Error bars, and figures in brackets, go from the least to the most of the runs; the figures of 2019 are of all runs together.',
    '',
    '![Median and 99th percentile of the latency over the load](../images/measurements/latency.svg)',
    '',
    table(['', ...toldLoads.flatMap(load => statistics.map(statistic => `${statistic} at ${load}/s`)), 'runs ended at'], rows),
    '',
    '![Processors of each part over the load](../images/measurements/processors.svg)',
    '',
    '![Memory of each part over the load](../images/measurements/memory.svg)',
    '',
    notes(ours.flatMap(({ result }) => result ?? [])),
  ].join('\n');
  return { text, plots };
};
