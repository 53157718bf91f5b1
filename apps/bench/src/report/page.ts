/** The page of measurements, from results alone: the same results give the same page. */
import { ourCampaigns, type Campaign } from './campaign.ts';
import { latencySection } from './latency.ts';
import { linkOf, machineOf, commandOf, table, type Section } from './markdown.ts';
import type { Result } from './results.ts';
import { compareSection, drainSection, rateSection } from './throughput.ts';

const beginning = `<!-- Written by \`npx nx run bench:report\` from apps/bench/results: change those, or the report, and not this page. -->

# Measurements

What the bank does on the machines that are named, each figure with its spread and with the file that it comes from. Of every scenario and setting the newest result is shown.
How each is measured stands in [the bench's README](../../apps/bench/README.md), and why the bank is as fast as it is in [a page of its own](performance.md). A running bank shows the
same files at \`/measurements\`.

The figures of 2019 are those of Gerard Klijs's article, with his command handlers, on his machine: [what they are](../../apps/bench/seed/README.md).`;

/** The other scenarios, which prove more than they measure: where the newest result of each is. */
const otherSection = (results: readonly Result[], scenarios: readonly string[]): Section => {
  const rows = scenarios.map(scenario => {
    const result = results.find(one => one.scenario === scenario);
    return result ? [scenario, commandOf(result), machineOf(result), result.revision, linkOf(result)] : [scenario, 'no result yet', '–', '–', '–'];
  });
  return { text: ['## Other results', '', table(['scenario', 'command', 'machine', 'revision', 'newest result'], rows)].join('\n'), plots: {} };
};

export type Page = {
  readonly markdown: string;
  /** SVG by file name. */
  readonly plots: Readonly<Record<string, string>>;
};

/**
 * @param results newest first
 * @param seed the campaigns of 2019
 * @param others the scenarios of which only the place of the newest result is told
 */
export const pageOf = (results: readonly Result[], seed: readonly Campaign[], others: readonly string[]): Page => {
  const sections = [latencySection(ourCampaigns(results), seed), drainSection(results), rateSection(results), compareSection(results), otherSection(results, others)];
  return {
    markdown: `${[beginning, ...sections.map(({ text }) => text.trimEnd())].join('\n\n')}\n`,
    plots: Object.fromEntries(sections.flatMap(({ plots }) => Object.entries(plots))),
  };
};
