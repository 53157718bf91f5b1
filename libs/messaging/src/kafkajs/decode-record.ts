/** A record of Kafka's format, version 2, as kafkajs gives it to who consumes, but for what it does to headers. */

/** What kafkajs reads bytes with. */
type Reader = {
  readInt8(): number;
  readVarInt(): number;
  readVarLong(): { readonly value: bigint };
  readVarIntBytes(): Buffer | null;
  readVarIntString(): string | null;
  readVarIntArray<T>(read: (reader: Reader) => T): readonly T[];
};

type Batch = {
  readonly firstOffset: string;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  /** 1 when the broker wrote its own time, which is `maxTimestamp` for all; else each record has its producer's. */
  readonly timestampType: number;
  readonly magicByte: number;
  readonly isControlBatch: boolean;
};

/** What stood under each name; a list, in its order, where it was more than one value. */
export type DecodedHeaders = Record<string, Buffer | null | (Buffer | null)[]>;

/**
 * Decodes a record as kafkajs does, but takes each header as it comes. kafkajs copies all of them for each one more, which takes minutes
 * for as many as a message of 128 kB may have; and it finds a header named `constructor` to be there before it came.
 */
export const decodeRecord = (reader: Reader, batchContext: Batch): object => {
  const { firstOffset, firstTimestamp, maxTimestamp, timestampType, magicByte, isControlBatch } = batchContext;
  const attributes = reader.readInt8();
  const { value: timestampDelta } = reader.readVarLong();
  return {
    magicByte,
    attributes,
    timestamp: timestampType === 1 ? maxTimestamp : String(BigInt(firstTimestamp) + timestampDelta),
    offset: String(BigInt(firstOffset) + BigInt(reader.readVarInt())),
    key: reader.readVarIntBytes(),
    value: reader.readVarIntBytes(),
    headers: headersIn(reader),
    isControlRecord: isControlBatch,
    batchContext,
  };
};

const headersIn = (reader: Reader): DecodedHeaders => {
  // Without a prototype it holds no other names.
  const all = Object.create(null) as DecodedHeaders;
  reader.readVarIntArray(header => {
    const name = header.readVarIntString() ?? '';
    const value = header.readVarIntBytes();
    const known = all[name];
    if (known === undefined) all[name] = value;
    else if (Array.isArray(known)) known.push(value);
    else all[name] = [known, value];
  });
  return all;
};
