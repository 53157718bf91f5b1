/** What the choices are called. */
import type { Part, Statistic } from './campaign.ts';
import type { Percentile } from './rate.ts';

export type Named<T extends string> = { readonly id: T; readonly label: string };

export const statisticNames = [
  { id: 'mean', label: 'Average' },
  { id: 'p50', label: 'Median' },
  { id: 'p90', label: '90th percentile' },
  { id: 'p99', label: '99th percentile' },
  { id: 'min', label: 'Minimum' },
  { id: 'max', label: 'Maximum' },
] as const satisfies readonly Named<Statistic>[];

export const partNames = [
  { id: 'handler', label: 'Command handler' },
  { id: 'endpoint', label: 'GraphQL endpoint' },
  { id: 'database', label: 'Database' },
  { id: 'brokers', label: 'Kafka brokers' },
] as const satisfies readonly Named<Part>[];

export const percentileNames = [
  { id: 'p50', label: 'Median' },
  { id: 'p90', label: '90th percentile' },
  { id: 'p99', label: '99th percentile' },
  { id: 'p999', label: '99.9th percentile' },
  { id: 'max', label: 'Maximum' },
] as const satisfies readonly Named<Percentile>[];

export const scaleNames = [
  { id: 'log', label: 'Logarithmic' },
  { id: 'linear', label: 'Linear, from zero' },
] as const satisfies readonly Named<string>[];

export const nameOf = <T extends string>(names: readonly Named<T>[], id: T): string => names.find(name => name.id === id)?.label ?? id;
