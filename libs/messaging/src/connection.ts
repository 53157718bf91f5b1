/** Where Kafka and the schema registry are, and how to reach them safely: read from the environment. */
import { accessSync, constants } from 'node:fs';
import { z } from 'zod';
import { clients, isInstalled, type ClientName } from './clients.ts';
import type { TlsFiles } from './tls.ts';

const isReadable = (file: string): boolean => {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};

const pemFile = z.string().refine(isReadable, 'a PEM file that can be read');

/** Whether user and password are encoded as those of an address are. */
const isDecodable = (address: string): boolean => {
  try {
    const { username, password } = new URL(address);
    // Each is decoded by itself: a character begun in one cannot end in the other.
    decodeURIComponent(`${username}:${password}`);
    return true;
  } catch {
    return false;
  }
};

const milliseconds = 'milliseconds from 1000 to 300000';
const registryForm = 'http(s)://host:port/path, or http(s)://user:password@host:port/path';
const brokerList = 'host:port, several of them separated by commas';

/** The variables of messaging, for a service's own configuration to take in: `serviceConfig.extend(messagingVariables)`. */
export const messagingVariables = {
  KAFKA_BROKERS: z.string(brokerList).regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, brokerList).transform(list => list.split(',')),
  KAFKA_CLIENT: z.enum(clients, clients.join(', ')).refine(isInstalled, 'a client that is built here: run scripts/build-librdkafka.sh first').default('kafkajs'),
  /** After how long without a sign of life the group gives a consumer's partitions to another; brokers have bounds of their own. */
  KAFKA_SESSION_TIMEOUT_MS: z.string(milliseconds).regex(/^\d{4,6}$/, milliseconds).transform(Number).refine(value => value >= 1_000 && value <= 300_000, milliseconds).default(6_000),
  KAFKA_TLS_CA_FILE: pemFile.optional(),
  KAFKA_TLS_CERT_FILE: pemFile.optional(),
  KAFKA_TLS_KEY_FILE: pemFile.optional(),
  /** With its path; a user and a password in it are sent as basic authentication, and shown nowhere. */
  SCHEMA_REGISTRY_URL: z.url({ protocol: /^https?$/, error: registryForm }).refine(isDecodable, registryForm),
  SCHEMA_REGISTRY_CA_FILE: pemFile.optional(),
  TOPIC_PREFIX: z.string().regex(/^[\w.-]{0,100}$/, 'letters, digits, dots, dashes and underscores').default(''),
};

export type MessagingVariables = z.output<z.ZodObject<typeof messagingVariables>>;

export type Credentials = { readonly username: string; readonly password: string };

/** The schema registry; its address is fit to be shown. */
export type RegistryAddress = {
  readonly registryUrl: string;
  readonly registryCredentials?: Credentials;
  readonly registryTls?: TlsFiles;
};

export type Connection = RegistryAddress & {
  /** Which client carries messages. */
  readonly client: ClientName;
  readonly brokers: readonly string[];
  /** Stands before every topic's and consumer group's name; empty but in tests. */
  readonly topicPrefix: string;
  /** Names this service to the broker. */
  readonly clientId: string;
  /** After how long without a sign of life another member of a group takes over. */
  readonly sessionTimeoutMs: number;
  readonly tls?: TlsFiles;
};

/**
 * The connection that a configuration describes. With a CA file the brokers are reached by TLS; certificate and key, when both are
 * set, are the service's identity.
 *
 * @throws Error when only one of certificate and key is set, or either without a CA; or when a CA is set for a registry without TLS
 */
export const connectionOf = (clientId: string, config: MessagingVariables): Connection => {
  const { KAFKA_TLS_CA_FILE: ca, KAFKA_TLS_CERT_FILE: cert, KAFKA_TLS_KEY_FILE: key } = config;
  if ((cert === undefined) !== (key === undefined)) throw new Error('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together: set both or none');
  if (ca === undefined && cert !== undefined) throw new Error('KAFKA_TLS_CERT_FILE is set but KAFKA_TLS_CA_FILE is not');
  return {
    ...registryIn(config),
    client: config.KAFKA_CLIENT,
    brokers: config.KAFKA_BROKERS,
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

const registryIn = ({ SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_CA_FILE: ca }: MessagingVariables): RegistryAddress => {
  const url = new URL(SCHEMA_REGISTRY_URL);
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  if (ca !== undefined && url.protocol !== 'https:') throw new Error('SCHEMA_REGISTRY_CA_FILE is set but SCHEMA_REGISTRY_URL does not begin with https://');
  url.username = url.password = '';
  return {
    registryUrl: url.href.replace(/\/+$/, ''),
    ...(username !== '' && { registryCredentials: { username, password } }),
    ...(ca !== undefined && { registryTls: { ca } }),
  };
};
