/** The port on kafkajs. */
import type { Connection } from '../connection.ts';
import type { KafkaPort } from '../port.ts';
import { kafkajsClient } from './client.ts';
import { connectKafkajsConsumer } from './consumer.ts';
import { connectKafkajsProducer } from './producer.ts';

export const kafkajsPort = (connection: Connection): KafkaPort => {
  const kafka = kafkajsClient(connection);
  return {
    connectProducer: () => connectKafkajsProducer(kafka),
    connectConsumer: (options, sink) => connectKafkajsConsumer(kafka, options, sink),
  };
};
