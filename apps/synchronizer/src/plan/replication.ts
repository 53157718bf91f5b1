/** How many copies of its records a topic has, and how many of them must be in step for a write to succeed. */

/** The replicas that a new topic gets: three, as soon as there are brokers for them. */
export const replicasOn = (brokers: number): number => (brokers >= 3 ? 3 : 1);

/** For a topic as it is, whatever brokers are up: one of three replicas may be away, else writes with acks=all would fail or lose. */
export const minInsyncReplicasOf = (replicas: number): number => (replicas >= 3 ? 2 : 1);

/** What is to be said of an existing topic's replicas; they are never changed, for moving records between brokers is not ours to start. */
export const remarkOn = (replicas: number, brokers: number): string | undefined =>
  replicas < replicasOn(brokers) ? `replication ${replicas}, could be ${replicasOn(brokers)}` : undefined;
