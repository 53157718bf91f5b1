/** The schema registry as producers and consumers need it: look up, never register. */
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { Type } from 'avsc';
import type { RecordSchema } from '@bank/topology';
import type { Connection } from './connection.ts';
import { typeHook } from './types.ts';

/** The registry did not answer, or not as it should: nothing is known about the schema, so try again later. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
  readonly code = 'REGISTRY_UNAVAILABLE';
}

export class Registry {
  readonly #client: SchemaRegistry;
  readonly #url: string;

  constructor({ registryUrl }: Pick<Connection, 'registryUrl'>) {
    this.#url = registryUrl;
    this.#client = new SchemaRegistry({ host: registryUrl, retry: { retries: 1 } }, { [SchemaType.AVRO]: { typeHook } });
  }

  /**
   * The id under which a schema stands in a subject.
   *
   * @throws RegistryUnavailableError when the registry cannot tell
   * @throws Error when the subject does not hold the schema: the synchronizer has not run
   */
  async idOf(subject: string, schema: RecordSchema): Promise<number> {
    try {
      return await this.#client.getRegistryIdBySchema(subject, { type: SchemaType.AVRO, schema: JSON.stringify(schema) });
    } catch (cause) {
      if (isNotFound(cause)) throw new Error(`${schema.name} is not registered under ${subject}: run the synchronizer first`, { cause });
      throw this.#unavailable(cause);
    }
  }

  /**
   * The type that values under an id were written with; undefined when the registry has no such id.
   *
   * @throws RegistryUnavailableError when the registry cannot tell
   */
  async writerOf(id: number): Promise<Type | undefined> {
    try {
      return (await this.#client.getSchema(id)) as Type;
    } catch (cause) {
      if (isNotFound(cause)) return undefined;
      throw this.#unavailable(cause);
    }
  }

  #unavailable(cause: unknown): RegistryUnavailableError {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new RegistryUnavailableError(`the schema registry at ${this.#url} does not answer as it should: ${why}`, { cause });
  }
}

/** The client's errors carry the HTTP status, but for the look-up of a schema: only its "not found" has this name, and no status. */
const isNotFound = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'ConfluentSchemaRegistryError' || ('status' in error && error.status === 404));
