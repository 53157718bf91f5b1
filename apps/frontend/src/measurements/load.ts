/** What each view of the measurements is made of. */
import type { Campaign } from './campaign.ts';
import { parseDrain, type DrainResult } from './drain.ts';
import { parseLatency } from './latency.ts';
import { parseRate, type RateResult } from './rate.ts';
import { listResults, ofScenario, readResults, seedPath, type Problem, type Read } from './results.ts';
import { parseSeed } from './seed.ts';
import type { Looking } from './series.ts';

export type Campaigns = {
  readonly campaigns: readonly Looking<Campaign>[];
  readonly hasOwn: boolean;
  readonly problems: readonly Problem[];
};

/** The newest of ours comes first and has the bank's own look, whether or not there is one yet; then those of 2019, then older ones of ours. */
export const arrange = (own: readonly Campaign[], seed: readonly Campaign[]): readonly Looking<Campaign>[] => [
  ...own.slice(0, 1).map(campaign => ({ ...campaign, look: 0 })),
  ...seed.map((campaign, index) => ({ ...campaign, look: index + 1 })),
  ...own.slice(1).map((campaign, index) => ({ ...campaign, look: seed.length + 1 + index })),
];

export const loadCampaigns = async (): Promise<Campaigns> => {
  const [own, seed] = await Promise.all([
    listResults().then(paths => readResults(ofScenario(paths, 'latency'), parseLatency)),
    readResults([seedPath], parseSeed),
  ]);
  const ofSeed = seed.results.flatMap(({ campaigns }) => campaigns);
  return { campaigns: arrange(own.results, ofSeed), hasOwn: own.results.length > 0, problems: [...seed.problems, ...own.problems] };
};

const looking = <T>({ results, problems }: Read<T>): Read<Looking<T>> => ({ results: results.map((result, look) => ({ ...result, look })), problems });

export const loadRates = async (): Promise<Read<Looking<RateResult>>> => looking(await readResults(ofScenario(await listResults(), 'rate'), parseRate));

export const loadDrains = async (): Promise<Read<DrainResult>> => readResults(ofScenario(await listResults(), 'drain'), parseDrain);
