/** Messages out of the batches that a broker sends. */
import { IS_CONTROL, type KafkaRecord, type RecordsBatch } from '@platformatic/kafka';
import type { IncomingMessage, Position } from '../port.ts';

/** The bit of a batch's attributes that says that the broker wrote its own time, one for all its records. */
const hasBrokerTime = 0b1000;

/** The messages of one partition that stand at a position or behind it: the batch that holds the position may begin before it. */
export const messagesFrom = ({ topic, partition, offset: from }: Position, batches: readonly RecordsBatch[]): readonly IncomingMessage[] => {
  const messages: IncomingMessage[] = [];
  for (const batch of batches) {
    // Where transactions end is nobody's message.
    if (batch.attributes & IS_CONTROL) continue;
    for (const record of batch.records) {
      const offset = batch.firstOffset + BigInt(record.offsetDelta);
      if (offset < from) continue;
      const timestamp = batch.attributes & hasBrokerTime ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta;
      messages.push({ topic, partition, offset, key: record.key, value: record.value, headers: headersOf(record), timestampMs: Number(timestamp) });
    }
  }
  return messages;
};

/** The offset behind a batch. */
export const offsetBehind = ({ firstOffset, lastOffsetDelta }: RecordsBatch): bigint => firstOffset + BigInt(lastOffsetDelta) + 1n;

const none = Object.freeze(Object.create(null) as IncomingMessage['headers']);

const headersOf = ({ headers }: KafkaRecord): IncomingMessage['headers'] => {
  // One for all that have none, which are most.
  if (headers.length === 0) return none;
  const all = Object.create(null) as Record<string, (Buffer | null)[]>;
  for (const [name, value] of headers) (all[String(name)] ??= []).push(value);
  return all;
};
