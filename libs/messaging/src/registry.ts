/** The schema registry as producers and consumers need it: look up, never register. */
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Type } from 'avsc';
import type { RecordSchema } from '@bank/topology';
import type { RegistryAddress } from './connection.ts';
import { distrustOf } from './distrust.ts';
import { RefusedError } from './errors.ts';
import { TlsAgent } from './tls.ts';
import { typeHook } from './types.ts';

/** The registry did not answer, or not as it should: nothing is known about the schema, so try again later. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
  readonly code = 'REGISTRY_UNAVAILABLE';
}

export class Registry {
  readonly #client: SchemaRegistry;
  readonly #host: string;

  constructor({ registryUrl, registryCredentials: auth, registryTls }: RegistryAddress) {
    this.#host = new URL(registryUrl).host;
    this.#client = new SchemaRegistry(
      { host: registryUrl, retry: { retries: 1 }, ...(auth && { auth }), ...(registryTls && { agent: new TlsAgent(registryTls) }) },
      { [SchemaType.AVRO]: { typeHook } },
    );
  }

  /**
   * The id under which a schema stands in a subject.
   *
   * @throws RegistryUnavailableError when the registry cannot tell; RefusedError when it refuses this service, or is none to trust
   * @throws Error when the subject does not hold the schema: the synchronizer has not run
   */
  async idOf(subject: string, schema: RecordSchema): Promise<number> {
    try {
      return await withinLimit(this.#client.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: JSON.stringify(schema) }));
    } catch (cause) {
      if (isNotFound(cause)) throw new Error(`${schema.name} is not registered under ${subject}: run the synchronizer first`, { cause });
      throw this.#unavailable(cause);
    }
  }

  /**
   * The type that values under an id were written with, or why there is none that could be used.
   *
   * @throws RegistryUnavailableError when the registry cannot tell; RefusedError when it refuses this service, or is none to trust
   */
  async writerOf(id: number): Promise<Type | { readonly reason: string }> {
    try {
      return (await withinLimit(this.#client.getSchema(id))) as Type;
    } catch (cause) {
      if (isNotFound(cause)) return { reason: `schema id ${id} is not known to the registry` };
      // Whatever happens on the way has a status; what has none is a schema that was received and is none of Avro.
      if (cause instanceof TimeoutError || hasStatus(cause)) throw this.#unavailable(cause);
      return { reason: `schema id ${id} cannot be used: ${messageOf(cause)}` };
    }
  }

  #unavailable(cause: unknown): RegistryUnavailableError | RefusedError {
    const words = refusalOf(cause);
    if (words !== undefined) return new RefusedError(`the schema registry at ${this.#host} ${words}`, { cause });
    return new RegistryUnavailableError(`the schema registry at ${this.#host} does not answer as it should: ${messageOf(cause)}`, { cause });
  }
}

const refusalOf = (cause: unknown): string | undefined => {
  const status = hasStatus(cause) ? cause.status : undefined;
  if (status === 401) return 'does not know this service: give SCHEMA_REGISTRY_URL its user and password';
  if (status === 403) return 'does not let this service read: give its user the right to';
  return distrustOf(messageOf(cause));
};

/** How long one answer may take. */
const limitMs = 10_000;

class TimeoutError extends Error {}

/** The registry's client has no time limit of its own. */
const withinLimit = async <R>(answer: Promise<R>): Promise<R> => {
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeoutError(`no answer within ${limitMs / 1_000} s`)), limitMs);
  try {
    return await Promise.race([answer, tooLong]);
  } finally {
    clearTimeout(timer);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const hasStatus = (error: unknown): error is Error & { readonly status: unknown } => error instanceof Error && 'status' in error;

/** The client's errors carry the HTTP status, but for the look-up of a schema: only its "not found" has this name, and no status. */
const isNotFound = (error: unknown): boolean =>
  hasStatus(error) ? error.status === 404 : error instanceof Error && error.name === 'ConfluentSchemaRegistryError';
