/** What of a scenario's result is compared. A scenario that takes --handler and --with-env is compared once it stands here. */
import { z } from 'zod';
import { median } from '../median.ts';

/** A figure of one run of a scenario. */
export type Figure = { readonly name: string; readonly unit: string; readonly value: number };

const Costs = z.object({ handler: z.number(), kafka: z.number(), postgres: z.number() });

const Drain = z.object({ commandsPerSecondMedian: z.number(), processorMicrosecondsPerCommand: Costs, handlerPeakBytes: z.number() });

const Percentiles = z.object({ p50: z.number(), p99: z.number() });
const Run = z.object({
  perSecond: z.number(),
  toFeedbackMs: Percentiles.extend({ p999: z.number() }),
  processorMicrosecondsPerTransfer: Costs,
  memoryBytes: z.object({ most: z.number() }),
});
const Rate = z.object({ runs: z.array(Run) });

const Part = z.object({ cpuPercent: z.number(), memoryMiB: z.number() });
const Latency = z.object({
  rows: z.array(z.object({ load: z.number(), latencyMs: Percentiles, parts: z.object({ handler: Part }).optional() })),
});

const mebibytes = (bytes: number): number => bytes / 2 ** 20;

const ofDrain = (result: unknown): readonly Figure[] => {
  const { commandsPerSecondMedian, processorMicrosecondsPerCommand, handlerPeakBytes } = Drain.parse(result);
  return [
    { name: 'commands settled', unit: '/s', value: commandsPerSecondMedian },
    { name: "handler's processor a command", unit: 'µs', value: processorMicrosecondsPerCommand.handler },
    { name: "Kafka's processor a command", unit: 'µs', value: processorMicrosecondsPerCommand.kafka },
    { name: "PostgreSQL's processor a command", unit: 'µs', value: processorMicrosecondsPerCommand.postgres },
    { name: "handler's memory at most", unit: 'MiB', value: mebibytes(handlerPeakBytes) },
  ];
};

/** Of several runs at one rate, the medians. */
const ofRate = (result: unknown): readonly Figure[] =>
  [...Map.groupBy(Rate.parse(result).runs, ({ perSecond }) => perSecond)].flatMap(([perSecond, runs]) => {
    const figure = (name: string, unit: string, pick: (run: z.output<typeof Run>) => number): Figure =>
      ({ name: `${perSecond}/s: ${name}`, unit, value: median(runs.map(pick)) });
    return [
      figure('feedback p50', 'ms', run => run.toFeedbackMs.p50),
      figure('feedback p99', 'ms', run => run.toFeedbackMs.p99),
      figure('feedback p99.9', 'ms', run => run.toFeedbackMs.p999),
      figure("handler's processor a transfer", 'µs', run => run.processorMicrosecondsPerTransfer.handler),
      figure("Kafka's processor a transfer", 'µs', run => run.processorMicrosecondsPerTransfer.kafka),
      figure("PostgreSQL's processor a transfer", 'µs', run => run.processorMicrosecondsPerTransfer.postgres),
      figure("handler's memory at most", 'MiB', run => mebibytes(run.memoryBytes.most)),
    ];
  });

const ofLatency = (result: unknown): readonly Figure[] =>
  Latency.parse(result).rows.flatMap(({ load, latencyMs, parts }) => [
    { name: `${load}/s: click p50`, unit: 'ms', value: latencyMs.p50 },
    { name: `${load}/s: click p99`, unit: 'ms', value: latencyMs.p99 },
    ...(parts ? [
      { name: `${load}/s: handler's processors`, unit: '%', value: parts.handler.cpuPercent },
      { name: `${load}/s: handler's memory`, unit: 'MiB', value: parts.handler.memoryMiB },
    ] : []),
  ]);

const figuresBy = { drain: ofDrain, rate: ofRate, latency: ofLatency } as const;

export type Scenario = keyof typeof figuresBy;

export const scenarios = Object.keys(figuresBy) as readonly Scenario[];

/** The figures of a scenario's result. @throws ZodError when it is not one */
export const figuresOf = (scenario: Scenario, result: unknown): readonly Figure[] => figuresBy[scenario](result);
