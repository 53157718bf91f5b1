import { createRequire } from 'node:module';
import { array, asyncProperty, assert, bigInt, constant, dictionary, integer, nat, oneof, property, record, string, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encoded } from './encoded.ts';
import { encodeRecordBatch, type BatchFields } from './record-batch.ts';
import { recordEncoder, type RecordFields } from './record.ts';

const require = createRequire(import.meta.url);
const kafkajs = {
  encodeRecord: require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (fields: RecordFields) => Encoded,
  encodeRecordBatch: (require('kafkajs/src/protocol/recordBatch/v0/index.js') as { RecordBatch: (fields: BatchFields) => Promise<Encoded> }).RecordBatch,
};

const text = oneof(string(), string({ unit: 'binary', maxLength: 200 }));
const buffer = uint8Array({ maxLength: 10_000 }).map(bytes => Buffer.from(bytes));
const bytes = oneof(text, buffer, constant(null));
const headers = dictionary(text, oneof(text, buffer, array(oneof(text, buffer), { maxLength: 3 })), { maxKeys: 12, noNullPrototype: true });
const recordFields = record<RecordFields>({ offsetDelta: nat(), timestampDelta: integer(), key: bytes, value: bytes, headers });
const hex = (encoded: Encoded): string => encoded.buffer.toString('hex');

describe('what kafkajs would encode', () => {
  it('is encoded to the same bytes, whatever the record', () => {
    const encode = recordEncoder();
    assert(property(recordFields, fields => {
      expect(hex(encode(fields))).toBe(hex(kafkajs.encodeRecord(fields)));
    }));
  });

  it('is encoded to the same bytes, whatever the batch', async () => {
    const encode = recordEncoder();
    const batchFields = record<BatchFields>({
      records: array(recordFields.map(encode), { minLength: 1, maxLength: 20 }),
      lastOffsetDelta: nat(),
      firstTimestamp: nat(4e12),
      maxTimestamp: nat(4e12),
      producerId: bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String),
      producerEpoch: nat(32_767),
      firstSequence: nat(),
    });
    await assert(asyncProperty(batchFields, async fields => {
      const encoded = encodeRecordBatch(fields);
      const expected = await kafkajs.encodeRecordBatch(fields);
      expect(hex(encoded)).toBe(hex(expected));
      expect(encoded.size()).toBe(expected.size());
    }));
  });
});
