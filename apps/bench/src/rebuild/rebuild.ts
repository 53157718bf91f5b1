/** One rebuild of the projection, by the endpoint's command or by an endpoint that starts on an empty database. */
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bank } from '../bank/bank.ts';
import { runEndpoint, startEndpoint, type EndpointOptions } from '../bank/endpoint.ts';
import { peakMemoryOf } from '../process/memory.ts';
import { countProcessor, type Meter } from '../process/meters.ts';
import { endedProcessorSeconds, processorSecondsOf } from '../process/processor.ts';
import { Projection } from './projection.ts';

/** Longer than any rebuild that makes progress. */
const patienceMs = 600_000;
const pollMs = 20;

/** What the command tells: its time begins when it knows how much there is to do, its checksum is over all tables of the projection. */
export type Told = { readonly events: number; readonly seconds: number; readonly checksum: string };

export type Rebuilt = {
  readonly events: number;
  /** From the start of the process, Node's own start included, until all was projected. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly processorSeconds: Readonly<Record<string, number>>;
  /** Of the rows as they are in the database. */
  readonly checksum: string;
  /** What the command tells itself; an endpoint that serves tells nothing. */
  readonly told?: Told;
  /** The most that the endpoint had resident; known of one that serves only. */
  readonly endpointBytes?: number;
};

export type RebuildOptions = EndpointOptions & {
  /** How many there are on the topics. */
  readonly events: number;
  /** The servers, whose work is counted beside the endpoint's. */
  readonly meters: readonly Meter[];
};

/**
 * Rebuilds by the endpoint's command; no endpoint may run.
 *
 * @throws Error with the command's output when it fails, or does not tell that it projected all
 */
export const rebuild = async (bank: Bank, { events, meters, ...options }: RebuildOptions): Promise<Rebuilt> => {
  const used = countProcessor([{ name: 'endpoint', seconds: endedProcessorSeconds }, ...meters]);
  const began = performance.now();
  const { code, output } = await runEndpoint(bank, { ...options, args: ['rebuild'] });
  const seconds = (performance.now() - began) / 1_000;
  const processorSeconds = used();
  const told = toldIn(output);
  if (code !== 0 || told?.events !== events) throw new Error(`a rebuild of ${events} events ended with code ${String(code)}\n${output}`);
  await using projection = await Projection.connect(options.databaseUrl);
  return { events, seconds, eventsPerSecond: events / seconds, processorSeconds, checksum: await projection.checksum(), told };
};

/** What stands at the end of the output; before, it tells a checksum of what was there. */
const toldIn = (output: string): Told | undefined => {
  const [, events, seconds] = /projected (\d+) events in ([\d.]+) s/.exec(output) ?? [];
  const checksum = [...output.matchAll(/checksum ([\da-f]{64})\b/g)].at(-1)?.[1];
  return checksum === undefined ? undefined : { events: Number(events), seconds: Number(seconds), checksum };
};

/**
 * Starts an endpoint on a database that is empty, and stops it when it has projected all.
 *
 * @throws Error when it does not come to an end
 */
export const serve = async (bank: Bank, { events, meters, ...options }: RebuildOptions): Promise<Rebuilt> => {
  await using projection = await Projection.connect(options.databaseUrl);
  const used = countProcessor(meters);
  const began = performance.now();
  await using endpoint = await startEndpoint(bank, options);
  const signal = AbortSignal.timeout(patienceMs);
  while ((await projection.events()) < events) await delay(pollMs, undefined, { signal });
  const seconds = (performance.now() - began) / 1_000;
  const processorSeconds = { endpoint: processorSecondsOf(endpoint.pid), ...used() };
  const endpointBytes = peakMemoryOf(endpoint.pid);
  await endpoint[Symbol.asyncDispose]();
  return { events, seconds, eventsPerSecond: events / seconds, processorSeconds, endpointBytes, checksum: await projection.checksum() };
};
