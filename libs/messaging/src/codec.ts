/** Records to bytes and back, by the schemas of topology and the ids of the registry. */
import type { Type } from 'avsc';
import { fullNameOf, subjects, topics, type RecordOn, type RecordSchema, type RecordTopic } from '@bank/topology';
import { Registry } from './registry.ts';
import type { Connection } from './connection.ts';
import { typeOf } from './types.ts';
import { framed, unframed } from './wire-format.ts';

type Encoding = { readonly type: Type; readonly schemaId: number };

/** A record of any topic; that it belongs where it goes is checked when it is encoded, and by the producer's type before. */
export type AnyRecord = { readonly type: string; readonly value: object };

/** Encodes the records of some topics. */
export class Encoder {
  readonly #encodings: ReadonlyMap<string, Encoding>;

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
      return [`${topic}/${newest.name}`, { type: typeOf(newest), schemaId }];
    });
    return new Encoder(new Map(await Promise.all(encodings)));
  }

  /** @throws Error when the record is not of the topic or a field is not of its type; it names topic, record and field */
  encode(topic: RecordTopic, record: AnyRecord): Buffer {
    const encoding = this.#encodings.get(`${topic}/${record.type}`);
    if (!encoding) throw new Error(`${record.type} does not belong on ${topic}`);
    const value = withBuffers(record.value);
    try {
      return framed(encoding.schemaId, encoding.type.toBuffer(value));
    } catch (cause) {
      const wrong: string[] = [];
      encoding.type.isValid(value, { errorHook: path => wrong.push(path.join('.')) });
      throw new Error(`${record.type} for ${topic} cannot be encoded: wrong are ${wrong.join(', ')}`, { cause });
    }
  }
}

/** avsc takes a fixed only as a Buffer; this is a view of the same bytes. */
const withBuffers = (value: object): object => {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    fields[name] = field instanceof Uint8Array && !Buffer.isBuffer(field) ? Buffer.from(field.buffer, field.byteOffset, field.length) : field;
  }
  return fields;
};

export type Decoded<T extends RecordTopic> = { readonly record: RecordOn<T> } | { readonly reason: string };

type Decoding = { readonly name: string; readonly reader: Type; readonly resolver: ReturnType<Type['createResolver']> } | { readonly reason: string };

/** Decodes what stands on a topic, whatever version it was written with. Resolvers are cached by schema id: making one is slow. */
export class Decoder {
  readonly #registry: Registry;
  readonly #readers = new Map<string, Type>();
  readonly #decodings = new Map<string, Decoding>();

  constructor(connection: Connection) {
    this.#registry = new Registry(connection);
  }

  /**
   * Decodes a value, or tells why it cannot be.
   *
   * @throws RegistryUnavailableError when a schema is not known yet and the registry cannot tell
   */
  async decode<T extends RecordTopic>(topic: T, value: Buffer | null): Promise<Decoded<T>> {
    const frame = unframed(value);
    if ('reason' in frame) return frame;
    const key = `${topic}/${frame.schemaId}`;
    let decoding = this.#decodings.get(key);
    if (!decoding) {
      decoding = await this.#decodingOf(topic, frame.schemaId);
      // An id unknown today may be registered tomorrow: only what is known for good is kept.
      if ('reader' in decoding) this.#decodings.set(key, decoding);
    }
    if ('reason' in decoding) return decoding;
    try {
      const decoded: unknown = decoding.reader.fromBuffer(frame.payload, decoding.resolver);
      return { record: { type: decoding.name, value: decoded } as RecordOn<T> };
    } catch (error) {
      return { reason: `the value is no ${decoding.name}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  async #decodingOf(topic: RecordTopic, schemaId: number): Promise<Decoding> {
    const writer = await this.#registry.writerOf(schemaId);
    if ('reason' in writer) return writer;
    const record = recordsOn(topic).find(candidate => fullNameOf(candidate) === writer.name);
    if (!record) return { reason: `a record ${writer.name ?? 'without a name'} does not belong on ${topic}` };
    const reader = this.#readers.get(record.name) ?? typeOf(record);
    this.#readers.set(record.name, reader);
    try {
      return { name: record.name, reader, resolver: reader.createResolver(writer) };
    } catch (error) {
      return { reason: `schema id ${schemaId} cannot be read as ${record.name}: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

const recordsOn = (topic: RecordTopic): readonly RecordSchema[] => topics[topic].records;
