/** How Avro's types appear in code: `long` is a bigint, a timestamp is a Date. */
import avro, { type Type } from 'avsc';
import type { RecordSchema } from '@bank/topology';
import { decodeLong, encodeLong } from './long.ts';

const { LongType } = avro.types;
const minLong = -(2n ** 63n);
const maxLong = 2n ** 63n - 1n;

/** @throws RangeError when no Date can tell the time: an invalid one would be taken for a value */
const dateOf = (milliseconds: bigint): Date => {
  const time = new Date(Number(milliseconds));
  if (Number.isNaN(time.getTime())) throw new RangeError(`${milliseconds} ms is no time`);
  return time;
};

/** Has avsc give and take a long's bytes as they are written: to unpack them it takes a buffer, an array and several numbers each time. */
const asWritten = true;

const bigintType = LongType.__with({
  fromBuffer: decodeLong,
  toBuffer: encodeLong,
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint' && value >= minLong && value <= maxLong,
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
}, asWritten);

const dateType = LongType.__with({
  fromBuffer: (bytes: Buffer) => dateOf(decodeLong(bytes)),
  toBuffer: (value: Date) => encodeLong(BigInt(value.getTime())),
  fromJSON: (milliseconds: number) => new Date(milliseconds),
  toJSON: (value: Date) => value.getTime(),
  isValid: (value: unknown) => value instanceof Date && !Number.isNaN(value.getTime()),
  compare: (a: Date, b: Date) => a.getTime() - b.getTime(),
}, asWritten);

/** Gives avsc our types for `long`; for every instance of the registry's client and every schema of ours alike. */
export const typeHook = (schema: unknown): Type | undefined => {
  if (schema === 'long') return bigintType;
  if (typeof schema !== 'object' || schema === null || !('type' in schema) || schema.type !== 'long') return undefined;
  return 'logicalType' in schema && schema.logicalType === 'timestamp-millis' ? dateType : bigintType;
};

/** The avsc type of one of our records. */
export const typeOf = (record: RecordSchema): Type => avro.Type.forSchema(structuredClone(record) as avro.Schema, { typeHook });
