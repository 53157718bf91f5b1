/** How bytes become a record again, once it is known what they were written with. */
import type { Type } from 'avsc';
import { fullNameOf, topics, type RecordOn, type RecordSchema, type RecordTopic } from '@bank/topology';
import { typeOf } from './types.ts';

/** How values that were written with one schema are read as a record of a topic. */
export type Reading = { readonly name: string; readonly reader: Type; readonly resolver: ReturnType<Type['createResolver']> };

/** Why values of a schema cannot be read. */
export type Unusable = { readonly reason: string };

export type Decoded<T extends RecordTopic> = { readonly record: RecordOn<T> } | { readonly unreadable: string };

/** How what a writer wrote is read on a topic, or why it cannot be. */
export const readingOf = (topic: RecordTopic, writer: Type, schemaId: number): Reading | Unusable => {
  const records: readonly RecordSchema[] = topics[topic].records;
  const record = records.find(candidate => fullNameOf(candidate) === writer.name);
  if (!record) return { reason: `a record ${writer.name ?? 'without a name'} does not belong on ${topic}` };
  const reader = typeOf(record);
  try {
    return { name: record.name, reader, resolver: reader.createResolver(writer) };
  } catch (error) {
    return { reason: `schema id ${schemaId} cannot be read as ${record.name}: ${error instanceof Error ? error.message : String(error)}` };
  }
};

/** The record in a value's bytes, or why they are none. */
export const decodedBy = <T extends RecordTopic>({ name, reader, resolver }: Reading, payload: Buffer): Decoded<T> => {
  try {
    const value: unknown = reader.fromBuffer(payload, resolver);
    return { record: { type: name, value } as RecordOn<T> };
  } catch (error) {
    return { unreadable: `the value is no ${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
};
