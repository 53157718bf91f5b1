/** The port on librdkafka, by @confluentinc/kafka-javascript. */
import type { Connection } from '../connection.ts';
import type { KafkaPort } from '../port.ts';
import { LibrdkafkaConsumer } from './consumer.ts';
import { connectLibrdkafkaProducer } from './producer.ts';

export const librdkafkaPort = (connection: Connection): KafkaPort => ({
  connectProducer: () => connectLibrdkafkaProducer(connection),
  connectConsumer: (options, sink) => LibrdkafkaConsumer.connect(connection, options, sink),
});
