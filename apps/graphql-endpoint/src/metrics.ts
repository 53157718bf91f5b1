/** What the endpoint counts. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { projectedTopics } from './transactions/batch.ts';

export type Metrics = {
  readonly requests: Histogram<'status'>;
  readonly transactionsProjected: Counter;
  readonly projectionDelay: Histogram;
  readonly eventsUnreadable: Counter<'topic'>;
  readonly eventsContradicting: Counter;
  readonly accountsStopped: Gauge;
  readonly accountsWithGap: Gauge;
  readonly commandsSent: Counter<'kind' | 'outcome'>;
  readonly commandsSettled: Counter<'outcome'>;
  readonly commandsPending: Gauge;
  readonly liveSubscribers: Gauge;
  readonly subscribersTooSlow: Counter;
};

/** Registers the metrics. */
export const createMetrics = (register: Registry): Metrics => {
  const metrics = metricsIn([register]);
  // From the start, for a counter that begins with 1 has not increased to those who watch.
  for (const topic of projectedTopics) metrics.eventsUnreadable.inc({ topic }, 0);
  for (const kind of ['account creation', 'deposit', 'transfer']) metrics.commandsSent.inc({ kind, outcome: 'failed' }, 0);
  for (const outcome of ['confirmed', 'refused']) metrics.commandsSettled.inc({ outcome }, 0);
  return metrics;
};

const metricsIn = (registers: Registry[]): Metrics => ({
  requests: new Histogram({
    name: 'endpoint_graphql_request_seconds',
    help: 'From a request to /graphql until its answer; a command is answered when the bank has settled it.',
    labelNames: ['status'] as const,
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers,
  }),
  transactionsProjected: new Counter({
    name: 'endpoint_transactions_projected_total',
    help: 'Transactions added to the projection; what was there already is not counted again.',
    registers,
  }),
  projectionDelay: new Histogram({
    name: 'endpoint_projection_delay_seconds',
    help: 'From when the oldest message of a batch was written until it was projected.',
    buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers,
  }),
  eventsUnreadable: new Counter({
    name: 'endpoint_events_unreadable_total',
    help: 'Messages that the projection could not read and passed over.',
    labelNames: ['topic'] as const,
    registers,
  }),
  eventsContradicting: new Counter({
    name: 'endpoint_events_contradicting_total',
    help: 'Events that contradict what was known of their account, which they stopped.',
    registers,
  }),
  accountsStopped: new Gauge({
    name: 'endpoint_accounts_stopped',
    help: 'Accounts that are shown as they were before an event that contradicts another.',
    registers,
  }),
  accountsWithGap: new Gauge({
    name: 'endpoint_accounts_with_gap',
    help: 'Accounts of which a version is missing for over 60 seconds: they are shown as they were before it.',
    registers,
  }),
  commandsSent: new Counter({
    name: 'endpoint_commands_sent_total',
    help: 'Commands sent to the bank, those sent again included; outcome is acknowledged or failed.',
    labelNames: ['kind', 'outcome'] as const,
    registers,
  }),
  commandsSettled: new Counter({
    name: 'endpoint_commands_settled_total',
    help: 'Transfers and deposits of clients that the bank confirmed or refused.',
    labelNames: ['outcome'] as const,
    registers,
  }),
  commandsPending: new Gauge({
    name: 'endpoint_commands_pending',
    help: 'Transfers and deposits of clients that the bank has not answered, as last counted.',
    registers,
  }),
  liveSubscribers: new Gauge({ name: 'endpoint_live_subscribers', help: 'Live streams that are open.', registers }),
  subscribersTooSlow: new Counter({
    name: 'endpoint_subscribers_too_slow_total',
    help: 'Live streams that were ended, for nothing could be sent to their subscriber any more.',
    registers,
  }),
});
