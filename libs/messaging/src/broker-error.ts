/** What the broker itself said, found in what the clients throw. */

/**
 * The broker's error by its name in Kafka's protocol, such as UNKNOWN_TOPIC_OR_PARTITION; undefined when it is none of the broker's.
 * kafkajs tells it by `type`, and once it has given up trying, in the cause; @platformatic/kafka by `apiId`, in one of several errors.
 */
export const brokerErrorOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') return error.type;
  if ('apiId' in error && typeof error.apiId === 'string') return error.apiId;
  for (const inner of error instanceof AggregateError ? error.errors : [error.cause]) {
    const found = brokerErrorOf(inner);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * Errors of the broker that no further try can mend: who this client is, what it may do, or how it is set up is wrong. All others pass,
 * though clients take some for final: a broker that is shutting down may answer UNKNOWN.
 */
const refusals = /(AUTHORIZATION|AUTHENTICATION)_FAILED$|^(INCONSISTENT_GROUP_PROTOCOL|INVALID_GROUP_ID|INVALID_SESSION_TIMEOUT|UNSUPPORTED_VERSION)$/;

/** Whether the broker has refused this client for good. */
export const isRefusal = (error: unknown): boolean => refusals.test(brokerErrorOf(error) ?? '');

const rebalancing: readonly unknown[] = ['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'];

/** Whether a commit failed because the partitions are being handed out anew. */
export const isRebalancing = (error: unknown): boolean => rebalancing.includes(brokerErrorOf(error));
