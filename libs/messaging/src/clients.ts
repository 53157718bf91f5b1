/** The adapters by the names that KAFKA_CLIENT takes. */
import type { Connection } from './connection.ts';
import { kafkajsPort } from './kafkajs/port.ts';
import type { KafkaPort } from './port.ts';

export const portOf = (connection: Connection): KafkaPort => kafkajsPort(connection);
