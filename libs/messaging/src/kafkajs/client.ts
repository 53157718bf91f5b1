/** One way to make a kafkajs client. */
import type { Kafka as Client } from 'kafkajs';
import type { Connection } from '../connection.ts';
import { tlsOptions } from '../tls.ts';
import { Kafka, logLevel } from './kafkajs.ts';

/** A kafkajs client for a connection; it connects when used. Its own log is silent: errors reach the caller instead. */
export const kafkajsClient = (connection: Connection): Client =>
  new Kafka({
    clientId: connection.clientId,
    brokers: [...connection.brokers],
    // kafkajs's default of a second is short for a broker that is just starting.
    connectionTimeout: 10_000,
    // About three seconds in all: who uses the client knows better whether to go on. After an outage nobody waits longer than a second.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.NOTHING,
    ...(connection.tls && { ssl: tlsOptions(connection.tls) }),
  });
