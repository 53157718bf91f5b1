/**
 * A produce request. kafkajs makes a buffer for each record, each of its headers and each length, takes checksums byte by byte in
 * JavaScript, and copies all of it seven times.
 *
 * @see https://kafka.apache.org/protocol#The_Messages_Produce, version 3; up to 7 they differ in their number only
 */
import { encodeRecordBatch } from '../record-batch.ts';
import { RecordWriter, type RecordFields } from '../record.ts';

/** A request as kafkajs describes it. */
export type ProduceFields = {
  readonly acks: number;
  /** Milliseconds. */
  readonly timeout: number;
  readonly transactionalId?: string | null;
  /** A 64-bit number, as text or in a class of kafkajs's own. */
  readonly producerId?: string | { toString(): string };
  readonly producerEpoch?: number;
  /** 0, or left out, is none. */
  readonly compression?: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly firstSequence?: number; readonly messages: readonly (RecordFields & { readonly timestamp?: string })[] }[];
  }[];
};

/** A part of a request that is encoded already, as kafkajs takes it: what it calls an encoder. */
export type Encoded = { readonly buf: Buffer; readonly buffer: Buffer; size(): number };

export type ProduceRequest = { encode(): Promise<Encoded> };

/** Makes requests that encode what is neither compressed, nor part of a transaction, nor of a time of its own; `original` makes all others. */
export const produceRequest = (original: (fields: ProduceFields) => ProduceRequest): typeof original => {
  const writer = new RecordWriter();
  const encode = ({ acks, timeout, producerId = '-1', producerEpoch = 0, topicData }: ProduceFields): Buffer => {
    const sender = { producerId: BigInt(String(producerId)), producerEpoch };
    const now = Date.now();
    // No transaction: a text of length −1.
    const parts = [int16(-1), int16(acks), int32(timeout), int32(topicData.length)];
    for (const { topic, partitions } of topicData) {
      const name = Buffer.from(topic);
      parts.push(int16(name.length), name, int32(partitions.length));
      for (const { partition, messages, firstSequence = 0 } of partitions) {
        const batch = encodeRecordBatch(messages, { ...sender, firstSequence }, { writer, now });
        parts.push(int32(partition), int32(batch.length), batch);
      }
    }
    return Buffer.concat(parts);
  };

  return fields => {
    const request = original(fields);
    if (fields.compression || fields.transactionalId || hasOwnTimes(fields)) return request;
    return { ...request, encode: () => Promise.resolve(asEncoded(encode(fields))) };
  };
};

const hasOwnTimes = ({ topicData }: ProduceFields): boolean =>
  topicData.some(({ partitions }) => partitions.some(({ messages }) => messages.some(({ timestamp }) => timestamp !== undefined)));

const asEncoded = (buffer: Buffer): Encoded => ({ buf: buffer, buffer, size: () => buffer.length });

const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
};
