/** Settings of a broker that depend on how many there are: how many copies of a record it keeps, and how many must be in step. */

/**
 * A cluster of three brokers or more goes on without one of them and loses nothing: each record has three copies, two of which must be
 * written before it counts. A single broker keeps one.
 */
export const replicationSettings = (brokers: number): Readonly<Record<string, number>> => {
  const replicas = brokers >= 3 ? 3 : 1;
  const inSync = brokers >= 3 ? 2 : 1;
  return {
    'default.replication.factor': replicas,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': inSync,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': inSync,
  };
};
