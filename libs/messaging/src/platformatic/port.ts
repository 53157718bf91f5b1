/** The port on @platformatic/kafka. */
import type { Connection } from '../connection.ts';
import type { KafkaPort } from '../port.ts';
import { PlatformaticConsumer } from './consumer.ts';
import { connectPlatformaticProducer } from './producer.ts';

export const platformaticPort = (connection: Connection): KafkaPort => ({
  connectProducer: () => connectPlatformaticProducer(connection),
  connectConsumer: (options, sink) => PlatformaticConsumer.connect(connection, options, sink),
});
