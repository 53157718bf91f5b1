/** The adapters by the names that KAFKA_CLIENT takes. */
import { assertIdentity } from './admission/identity.ts';
import { assertAdmitted, explained } from './admission/admission.ts';
import type { Connection } from './connection.ts';
import { kafkajsPort } from './kafkajs/port.ts';
import { isBuilt } from './librdkafka/binding.ts';
import type { KafkaPort } from './port.ts';

export const clients = ['kafkajs', 'platformatic', 'librdkafka'] as const;

export type ClientName = (typeof clients)[number];

/** Whether a client can be used here: librdkafka is an optional package, that npm does not install. */
export const isInstalled = (client: ClientName): boolean => client !== 'librdkafka' || isBuilt();

/** The clients that can be used here. */
export const installedClients = (): readonly ClientName[] => clients.filter(isInstalled);

/**
 * The port of the client that a connection names. Only kafkajs is loaded in any case, for it also administers. Whoever connects is told
 * plainly when the brokers refuse it; by TLS, a consumer that loses its connection as well.
 *
 * @throws RefusedError when the identity of the connection is none to come with
 */
export const portOf = async (connection: Connection): Promise<KafkaPort> => {
  if (connection.tls) await assertIdentity(connection.tls);
  const client = await clientOf(connection);
  return {
    connectProducer: async topics => {
      await assertAdmitted(connection, { write: topics });
      return explained(connection, () => client.connectProducer(topics));
    },
    connectConsumer: async (options, sink) => {
      const assert = (): Promise<void> => assertAdmitted(connection, { read: options.topics, group: options.group });
      const interrupted = (error: Error): void => {
        sink.interrupted(error);
        assert().catch(sink.failed);
      };
      await assert();
      return explained(connection, () => client.connectConsumer(options, { ...sink, interrupted }));
    },
  };
};

const clientOf = async (connection: Connection): Promise<KafkaPort> => {
  switch (connection.client) {
    case 'kafkajs':
      return kafkajsPort(connection);
    case 'platformatic': {
      const { platformaticPort } = await import('./platformatic/port.ts');
      return platformaticPort(connection);
    }
    case 'librdkafka': {
      const { librdkafkaPort } = await import('./librdkafka/port.ts');
      return librdkafkaPort(connection);
    }
  }
};
