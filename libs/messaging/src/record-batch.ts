/**
 * A batch of records in Kafka's format, version 2, neither compressed nor part of a transaction.
 *
 * @see https://kafka.apache.org/documentation/#recordbatch
 */
import { crc32c } from '@node-rs/crc32';
import type { RecordFields, RecordWriter } from './record.ts';

/** Who sends, for the broker to notice what it has got already. */
export type Sequence = { readonly producerId: bigint; readonly producerEpoch: number; readonly firstSequence: number };

const headerBytes = 61;
/** Where the part begins that the batch's length counts, and the part that the checksum is of. */
const lengthFrom = 12;
const checksumFrom = 21;
const formatVersion = 2;

/**
 * Encodes a batch of messages, which all bear one time.
 *
 * @param options.now milliseconds since 1970
 */
export const encodeRecordBatch = (
  messages: readonly RecordFields[], { producerId, producerEpoch, firstSequence }: Sequence, { writer, now }: { readonly writer: RecordWriter; readonly now: number },
): Buffer => {
  writer.clear();
  let offsetDelta = 0;
  for (const message of messages) writer.write(message, { offsetDelta: offsetDelta++, timestampDelta: 0 });
  const records = writer.written;
  const size = headerBytes + records.length;
  const batch = Buffer.allocUnsafe(size);
  // The first offset and the leader's epoch are the broker's to fill in; no attribute is in use.
  batch.fill(0, 0, headerBytes);
  batch.writeInt32BE(size - lengthFrom, 8);
  batch.writeInt8(formatVersion, 16);
  batch.writeInt32BE(messages.length - 1, 23);
  // The first time and the last.
  batch.writeBigInt64BE(BigInt(now), 27);
  batch.writeBigInt64BE(BigInt(now), 35);
  batch.writeBigInt64BE(producerId, 43);
  batch.writeInt16BE(producerEpoch, 51);
  batch.writeInt32BE(firstSequence, 53);
  batch.writeInt32BE(messages.length, 57);
  records.copy(batch, headerBytes);
  batch.writeUInt32BE(crc32c(batch.subarray(checksumFrom)), 17);
  return batch;
};
