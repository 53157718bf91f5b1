/** What the broker itself said, found in what kafkajs throws. */

/**
 * The broker's error by its name in Kafka's protocol, such as UNKNOWN_TOPIC_OR_PARTITION; undefined when it is none of the broker's.
 * kafkajs tells it by `type`, and once it has given up trying, in the cause.
 */
export const brokerErrorOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  return 'type' in error && typeof error.type === 'string' ? error.type : brokerErrorOf(error.cause);
};
