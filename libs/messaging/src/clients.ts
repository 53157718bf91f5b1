/** The adapters by the names that KAFKA_CLIENT takes. */
import type { Connection } from './connection.ts';
import { kafkajsPort } from './kafkajs/port.ts';
import type { KafkaPort } from './port.ts';

export const clients = ['kafkajs', 'platformatic'] as const;

/** The port of the client that a connection names. Only kafkajs is loaded in any case, for it also administers. */
export const portOf = async (connection: Connection): Promise<KafkaPort> => {
  if (connection.client === 'kafkajs') return kafkajsPort(connection);
  const { platformaticPort } = await import('./platformatic/port.ts');
  return platformaticPort(connection);
};
