/** Records to bytes and back, by the schemas of topology and the ids of the registry. */
import type { Type } from 'avsc';
import { subjects, type RecordSchema, type RecordTopic, type Schema } from '@bank/topology';
import { Registry } from './registry.ts';
import type { Connection } from './connection.ts';
import { decodedBy, readingOf, type Decoded, type Reading, type Unusable } from './reading.ts';
import { typeOf } from './types.ts';
import { headerBytes, unframed, writeHeader } from './wire-format.ts';

/** How a record is encoded; `fixed` are its fields of a fixed number of bytes. */
type Encoding = { readonly type: Type; readonly schemaId: number; readonly fixed: readonly string[] };

/** A record of any topic; that it belongs where it goes is checked when it is encoded, and by the producer's type before. */
export type AnyRecord = { readonly type: string; readonly value: Readonly<Record<string, unknown>> };

/** Encodes the records of some topics. */
export class Encoder {
  readonly #encodings: ReadonlyMap<string, Encoding>;
  /** Where values are encoded, one behind the other: what is given is a view. When the next does not fit, a new one is begun. */
  #slab = Buffer.allocUnsafe(slabBytes);
  #end = 0;

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
      const start = this.#end;
      const end = type.encode(value, this.#slab, start + headerBytes);
      if (end >= 0) {
        writeHeader(this.#slab, start, schemaId);
        this.#end = end;
        return this.#slab.subarray(start, end);
      }
      // It did not fit: what is missing is told as a negative number.
      this.#slab = Buffer.allocUnsafe(Math.max(slabBytes, this.#slab.length - start - end));
      this.#end = 0;
    }
  }
}

/** A few hundred values. What is sent keeps its slab in memory until all that stands in it is sent. */
const slabBytes = 64 * 1024;

/** avsc takes a fixed only as a Buffer; these are views of the same bytes. */
const withBuffers = (value: Readonly<Record<string, unknown>>, fixed: readonly string[]): object => {
  let copy: Record<string, unknown> | undefined;
  for (const name of fixed) {
    const field = value[name];
    if (!(field instanceof Uint8Array) || Buffer.isBuffer(field)) continue;
    copy ??= { ...value };
    copy[name] = Buffer.from(field.buffer, field.byteOffset, field.length);
  }
  return copy ?? value;
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
