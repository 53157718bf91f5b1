/** Where Kafka and the schema registry are, and how to reach them safely: read from the environment. */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { clients } from './clients.ts';

const pemFile = z.string().transform((file, context) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    context.addIssue('a PEM file that can be read');
    return z.NEVER;
  }
});

const milliseconds = 'milliseconds from 1000 to 300000';
const brokerList = 'host:port, several of them separated by commas';

/** The variables of messaging, for a service's own configuration to take in: `serviceConfig.extend(messagingVariables)`. */
export const messagingVariables = {
  KAFKA_BROKERS: z.string(brokerList).regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, brokerList).transform(list => list.split(',')),
  KAFKA_CLIENT: z.enum(clients, clients.join(' or ')).default('kafkajs'),
  /** After how long without a sign of life the group gives a consumer's partitions to another; brokers have bounds of their own. */
  KAFKA_SESSION_TIMEOUT_MS: z.coerce.number(milliseconds).int(milliseconds).min(1_000, milliseconds).max(300_000, milliseconds).default(6_000),
  KAFKA_TLS_CA_FILE: pemFile.optional(),
  KAFKA_TLS_CERT_FILE: pemFile.optional(),
  KAFKA_TLS_KEY_FILE: pemFile.optional(),
  SCHEMA_REGISTRY_URL: z.url({ protocol: /^https?$/, error: 'http(s)://host:port/path' }).transform(url => url.replace(/\/+$/, '')),
  TOPIC_PREFIX: z.string().regex(/^[\w.-]{0,100}$/, 'letters, digits, dots, dashes and underscores').default(''),
};

export type MessagingVariables = z.output<z.ZodObject<typeof messagingVariables>>;

export type Connection = {
  /** Which client carries messages. */
  readonly client: (typeof clients)[number];
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  /** Stands before every topic's and consumer group's name; empty but in tests. */
  readonly topicPrefix: string;
  /** Names this service to the broker. */
  readonly clientId: string;
  /** After how long without a sign of life another member of a group takes over. */
  readonly sessionTimeoutMs: number;
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>;
};

/**
 * The connection that a configuration describes. With a CA file the brokers are reached by TLS; certificate and key, when both are
 * set, are the service's identity.
 *
 * @throws Error when only one of certificate and key is set, or either without a CA
 */
export const connectionOf = (clientId: string, config: MessagingVariables): Connection => {
  const { KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key } = config;
  if ((cert === undefined) !== (key === undefined)) throw new Error('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together: set both or none');
  if (ca === undefined && cert !== undefined) throw new Error('KAFKA_TLS_CERT_FILE is set but KAFKA_TLS_CA_FILE is not');
  return {
    client: config.KAFKA_CLIENT,
    brokers: config.KAFKA_BROKERS,
    registryUrl: config.SCHEMA_REGISTRY_URL,
    topicPrefix: config.TOPIC_PREFIX,
    clientId,
    sessionTimeoutMs: config.KAFKA_SESSION_TIMEOUT_MS,
    ...(ca !== undefined && {
      tls: {
        ca,
        ...(cert !== undefined && { cert }),
        ...(key !== undefined && { key }),
      },
    }),
  };
};
