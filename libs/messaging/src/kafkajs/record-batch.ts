/**
 * A batch of records in Kafka's format, version 2. kafkajs's own function copies the records from buffer to buffer, each of which grows
 * by doubling, and takes their checksum byte by byte in JavaScript.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
import { crc32c } from '@node-rs/crc32';
import { Encoded } from './encoded.ts';

/** A batch as kafkajs describes it; left out are those of its fields that only compressed and transactional batches have. */
export type BatchFields = {
  readonly records: readonly { readonly buffer: Buffer }[];
  readonly lastOffsetDelta: number;
  /** Milliseconds since 1970. */
  readonly firstTimestamp: number;
  readonly maxTimestamp: number;
  /** A 64-bit number, which kafkajs has as text or in a class of its own. */
  readonly producerId: string | { toString(): string };
  readonly producerEpoch: number;
  readonly firstSequence: number;
};

const headerBytes = 61;
/** Where the part begins that the batch's length counts, and the part that the checksum is of. */
const lengthFrom = 12;
const checksumFrom = 21;
const formatVersion = 2;

/** Encodes a batch, neither compressed nor part of a transaction. */
export const encodeRecordBatch = ({ records, lastOffsetDelta, firstTimestamp, maxTimestamp, producerId, producerEpoch, firstSequence }: BatchFields): Encoded => {
  const size = records.reduce((sum, { buffer }) => sum + buffer.length, headerBytes);
  const batch = Buffer.allocUnsafe(size);
  // The first offset and the leader's epoch are the broker's to fill in; no attribute is in use.
  batch.fill(0, 0, headerBytes);
  batch.writeInt32BE(size - lengthFrom, 8);
  batch.writeInt8(formatVersion, 16);
  batch.writeInt32BE(lastOffsetDelta, 23);
  batch.writeBigInt64BE(BigInt(firstTimestamp), 27);
  batch.writeBigInt64BE(BigInt(maxTimestamp), 35);
  batch.writeBigInt64BE(BigInt(String(producerId)), 43);
  batch.writeInt16BE(producerEpoch, 51);
  batch.writeInt32BE(firstSequence, 53);
  batch.writeInt32BE(records.length, 57);
  let at = headerBytes;
  for (const { buffer } of records) at += buffer.copy(batch, at);
  batch.writeUInt32BE(crc32c(batch.subarray(checksumFrom)), 17);
  return new Encoded(batch);
};
