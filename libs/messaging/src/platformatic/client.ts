/** What every client of @platformatic/kafka is made with. */
import type { BaseOptions } from '@platformatic/kafka';
import type { Connection } from '../connection.ts';
import { tlsOptions } from '../tls.ts';

/** Clients connect when used. */
export const clientOptions = ({ clientId, brokers, tls }: Connection): BaseOptions => ({
  clientId,
  bootstrapBrokers: [...brokers],
  connectTimeout: 10_000,
  // What has moved the brokers tell by errors: to ask anew every five seconds, as by default, would delay a send now and then.
  metadataMaxAge: 300_000,
  ...(tls && { tls: tlsOptions(tls) }),
});

/** What went wrong, as the innermost error says it: those around it only tell where. */
export const plainError = (error: unknown): Error => {
  if (error instanceof AggregateError && error.errors.length > 0) return plainError(error.errors.at(-1));
  return error instanceof Error ? error : new Error(String(error));
};
