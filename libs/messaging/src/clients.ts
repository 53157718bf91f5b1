/** The adapters by the names that KAFKA_CLIENT takes. */
import { assertIdentity } from './admission/identity.ts';
import { assertAdmitted } from './admission/admission.ts';
import type { Connection } from './connection.ts';
import { kafkajsPort } from './kafkajs/port.ts';
import type { KafkaPort } from './port.ts';

export const clients = ['kafkajs', 'platformatic'] as const;

/**
 * The port of the client that a connection names. Only kafkajs is loaded in any case, for it also administers. By TLS, whoever connects is
 * told plainly when the brokers refuse it; a consumer that loses its connection as well.
 *
 * @throws RefusedError when the identity of the connection is none to come with
 */
export const portOf = async (connection: Connection): Promise<KafkaPort> => {
  if (!connection.tls) return clientOf(connection);
  assertIdentity(connection.tls, new Date());
  const client = await clientOf(connection);
  return {
    connectProducer: async topics => {
      await assertAdmitted(connection, { write: topics });
      return client.connectProducer(topics);
    },
    connectConsumer: async (options, sink) => {
      const assert = (): Promise<void> => assertAdmitted(connection, { read: options.topics, group: options.group });
      const interrupted = (error: Error): void => {
        sink.interrupted(error);
        assert().catch(sink.failed);
      };
      await assert();
      return client.connectConsumer(options, { ...sink, interrupted });
    },
  };
};

const clientOf = async (connection: Connection): Promise<KafkaPort> => {
  if (connection.client === 'kafkajs') return kafkajsPort(connection);
  const { platformaticPort } = await import('./platformatic/port.ts');
  return platformaticPort(connection);
};
