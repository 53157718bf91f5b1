/** Who may do what on Kafka. What does not stand here is forbidden; the synchronizer makes ACLs of it. */
import type { TopicName } from './topics.ts';

/** What the principal of one service may do. To read or write a topic is to see its offsets and settings of partitions too, not its configuration. */
export type Access = {
  readonly reads: readonly TopicName[];
  readonly writes: readonly TopicName[];
  /** What the names of its consumer groups begin with; null when it has none. */
  readonly groupPrefix: string | null;
  /** Whether it may make its groups forget how far they are. */
  readonly deletesGroups: boolean;
};

/** The principals of the services, `User:<name>`: each has a certificate of this name. */
export type ServicePrincipal = 'heartbeat' | 'command-generator' | 'command-handler' | 'graphql-endpoint';

export const access: Readonly<Record<ServicePrincipal, Access>> = {
  'heartbeat': {
    reads: [],
    writes: ['heartbeat'],
    groupPrefix: null,
    deletesGroups: false,
  },
  'command-generator': {
    reads: ['heartbeat', 'account_creation_feedback'],
    writes: ['confirm_account_creation', 'confirm_money_transfer'],
    groupPrefix: 'command-generator',
    deletesGroups: false,
  },
  'command-handler': {
    reads: ['confirm_account_creation', 'confirm_money_transfer'],
    writes: ['account_creation_feedback', 'money_transfer_feedback', 'balance_changed', 'dead_letters'],
    groupPrefix: 'command-handler',
    deletesGroups: false,
  },
  'graphql-endpoint': {
    reads: ['account_creation_feedback', 'money_transfer_feedback', 'balance_changed'],
    writes: ['confirm_account_creation', 'confirm_money_transfer'],
    groupPrefix: 'graphql-endpoint',
    // Its database says how far the projection is: a group that is ahead of it, or a rebuild, begins anew.
    deletesGroups: true,
  },
};

/** The principals that may do everything: the brokers among themselves, and the one who makes topics and ACLs. */
export const superUsers = ['kafka', 'synchronizer'] as const;
