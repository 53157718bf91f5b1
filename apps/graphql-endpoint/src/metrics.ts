/** What the endpoint counts. */
import { Counter, Gauge, type Registry } from 'prom-client';

export type Metrics = {
  readonly transactionsProjected: Counter;
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
  const registers = [register];
  return {
    transactionsProjected: new Counter({
      name: 'endpoint_transactions_projected_total',
      help: 'Transactions added to the projection; what was there already is not counted again.',
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
  };
};
