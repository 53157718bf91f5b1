/** Records to bytes and back, by the schemas of topology and the ids of the registry. */
import type { Type } from 'avsc';
import { subjects, type RecordSchema, type RecordTopic, type Schema } from '@bank/topology';
import { Registry } from './registry.ts';
import type { Connection } from './connection.ts';
import { decodedBy, readingOf, type Decoded, type Reading, type Unusable } from './reading.ts';
import { typeOf } from './types.ts';
import { framed, unframed } from './wire-format.ts';

/** How a record is encoded; `fixed` are its fields of a fixed number of bytes. */
type Encoding = { readonly type: Type; readonly schemaId: number; readonly fixed: readonly string[] };

/** A record of any topic; that it belongs where it goes is checked when it is encoded, and by the producer's type before. */
export type AnyRecord = { readonly type: string; readonly value: Readonly<Record<string, unknown>> };

/** Encodes the records of some topics. */
export class Encoder {
  readonly #encodings: ReadonlyMap<string, Encoding>;
  /** Where values are encoded before they are copied to buffers of their own, which are just as long as they have to be. */
  #scratch = Buffer.allocUnsafe(1_024);

  private constructor(encodings: ReadonlyMap<string, Encoding>) {
    this.#encodings = encodings;
  }

  /**
   * Looks up the schema ids of all records of the topics.
   *
   * @throws RegistryUnavailableError when the registry cannot tell
   */
  static async for(connection: Connection, of: readonly RecordTopic[]): Promise<Encoder> {
    const registry = new Registry(connection);
    const encodings = subjects().filter(({ topic }) => of.some(wanted => wanted === topic)).map(async ({ topic, subject, newest }): Promise<[string, Encoding]> => {
      const schemaId = await registry.idOf(`${connection.topicPrefix}${subject}`, newest);
      return [`${topic}/${newest.name}`, { type: typeOf(newest), schemaId, fixed: fixedFieldsOf(newest) }];
    });
    return new Encoder(new Map(await Promise.all(encodings)));
  }

  /** @throws Error when the record is not of the topic or a field is not of its type; it names topic, record and field */
  encode(topic: RecordTopic, record: AnyRecord): Buffer {
    const encoding = this.#encodings.get(`${topic}/${record.type}`);
    if (!encoding) throw new Error(`${record.type} does not belong on ${topic}`);
    const value = withBuffers(record.value, encoding.fixed);
    try {
      return this.#framed(encoding, value);
    } catch (cause) {
      const wrong: string[] = [];
      encoding.type.isValid(value, { errorHook: path => wrong.push(path.join('.')) });
      throw new Error(`${record.type} for ${topic} cannot be encoded: wrong are ${wrong.join(', ')}`, { cause });
    }
  }

  #framed({ schemaId, type }: Encoding, value: object): Buffer {
    for (;;) {
      const end = type.encode(value, this.#scratch, 0);
      if (end >= 0) return framed(schemaId, this.#scratch.subarray(0, end));
      // It did not fit: what is missing is told as a negative number.
      this.#scratch = Buffer.allocUnsafe(this.#scratch.length - end);
    }
  }
}

/** avsc takes a fixed only as a Buffer; these are views of the same bytes. */
const withBuffers = (value: Readonly<Record<string, unknown>>, fixed: readonly string[]): object => {
  const others = fixed.flatMap(name => {
    const field = value[name];
    return field instanceof Uint8Array && !Buffer.isBuffer(field) ? [[name, Buffer.from(field.buffer, field.byteOffset, field.length)] as const] : [];
  });
  return others.length === 0 ? value : { ...value, ...Object.fromEntries(others) };
};

const fixedFieldsOf = ({ fields }: RecordSchema): readonly string[] => fields.filter(({ type }) => mayBeFixed(type)).map(({ name }) => name);

const mayBeFixed = (schema: Schema): boolean =>
  schema instanceof Array ? schema.some(mayBeFixed) : typeof schema === 'object' && 'type' in schema && schema.type === 'fixed';

/** Decodes what stands on a topic, whatever version it was written with. Resolvers are cached by schema id: making one is slow. */
export class Decoder {
  readonly #registry: Registry;
  readonly #readings = new Map<string, Reading>();

  constructor(connection: Connection) {
    this.#registry = new Registry(connection);
  }

  /**
   * Decodes values, or tells why each cannot be.
   *
   * @throws RegistryUnavailableError when a schema is not known yet and the registry cannot tell
   */
  async decode<T extends RecordTopic>(messages: readonly { readonly topic: T; readonly value: Buffer | null }[]): Promise<readonly Decoded<T>[]> {
    // An id unknown today may be registered tomorrow: what is unusable is remembered for these messages only.
    const unusable = new Map<string, Unusable>();
    const all: Decoded<T>[] = [];
    for (const { topic, value } of messages) {
      const frame = unframed(value);
      if ('reason' in frame) {
        all.push({ unreadable: frame.reason });
        continue;
      }
      const key = `${topic}/${frame.schemaId}`;
      let reading = this.#readings.get(key) ?? unusable.get(key);
      if (!reading) {
        reading = await this.#readingOf(topic, frame.schemaId);
        if ('reason' in reading) unusable.set(key, reading);
        else this.#readings.set(key, reading);
      }
      all.push('reason' in reading ? { unreadable: reading.reason } : decodedBy(reading, frame.payload));
    }
    return all;
  }

  async #readingOf(topic: RecordTopic, schemaId: number): Promise<Reading | Unusable> {
    const writer = await this.#registry.writerOf(schemaId);
    return 'reason' in writer ? writer : readingOf(topic, writer, schemaId);
  }
}
