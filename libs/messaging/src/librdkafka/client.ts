/** What every client of librdkafka is made with, and what its errors are called. */
import type { Connection } from '../connection.ts';
import { loadBinding, type BindingConsumer, type BindingProducer, type Settings } from './binding.ts';

/** How long a broker may take to answer, when a client connects and later. */
const connectWithinMs = 10_000;

/** Settings that producers and consumers share. What is not said here is librdkafka's default: it tries again by itself, within the times that are set. */
export const settingsOf = ({ clientId, brokers, tls }: Connection): Settings => ({
  'client.id': clientId,
  'bootstrap.servers': brokers.join(','),
  'socket.connection.setup.timeout.ms': connectWithinMs,
  'socket.timeout.ms': connectWithinMs,
  // After an outage nobody waits longer than a second.
  'reconnect.backoff.max.ms': 1_000,
  'socket.nagle.disable': true,
  ...(tls && {
    'security.protocol': 'ssl',
    // These files it reads once, when a client is made.
    'ssl.ca.location': tls.ca,
    ...(tls.cert !== undefined && { 'ssl.certificate.location': tls.cert }),
    ...(tls.key !== undefined && { 'ssl.key.location': tls.key }),
  }),
});

/** Connects, and gives the names of the topics that this client may see. @throws Error when no broker answers */
export const connect = (client: BindingProducer | BindingConsumer, timeoutMs: number): Promise<ReadonlySet<string>> =>
  new Promise((resolve, reject) => {
    let last: Error | undefined;
    // What it fails for it tells before it gives up.
    client.on('event.error', error => {
      last = error;
    });
    client.connect({ timeout: timeoutMs }, (error, metadata) => {
      if (error) reject(new Error(`no broker answers: ${(last ?? error).message}`, { cause: error }));
      else resolve(new Set(metadata.topics.map(({ name }) => name)));
    });
  });

/** An error that bears the name it has in Kafka's protocol, if it has one. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly type: string | undefined;

  constructor(type: string | undefined, message: string) {
    super(message);
    this.type = type;
  }
}

/** Where librdkafka's names for errors of the protocol are not the protocol's. */
const renamed: Readonly<Record<string, string>> = { UNKNOWN_TOPIC_OR_PART: 'UNKNOWN_TOPIC_OR_PARTITION' };

/** An error of librdkafka's as the rest of messaging knows it. */
export const plainError = (error: { readonly code: number; readonly message: string }): BrokerError => {
  const [name] = Object.entries(loadBinding().CODES.ERRORS).findLast(([, code]) => code === error.code && code >= -1) ?? [];
  const type = name?.replace(/^ERR_/, '');
  return new BrokerError(type && (renamed[type] ?? type), error.message);
};
