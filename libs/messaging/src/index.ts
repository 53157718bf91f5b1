export { connectionOf, messagingVariables, type Connection, type MessagingVariables } from './connection.ts';
export { Consumer, type ConsumeOptions, type RawMessage, type Received } from './consumer.ts';
export { deadLetterOf, type DeadLetter } from './dead-letter.ts';
export { CommitError, ConsumerLostError, SendError } from './errors.ts';
export { brokerErrorOf } from './kafkajs/broker-error.ts';
export { kafkajsClient } from './kafkajs/client.ts';
export type { Headers, Position, TopicPartition } from './port.ts';
export { Producer, type Outgoing } from './producer.ts';
export { Registry, RegistryUnavailableError } from './registry.ts';
