import { createRequire } from 'node:module';
import { constant, dictionary, array, integer, nat, oneof, record, string, uint8Array, assert, property } from 'fast-check';
import { expect, it } from 'vitest';
import { encodeRecord, type EncodedRecord, type RecordFields } from './encode-record.ts';

const kafkajsEncode = createRequire(import.meta.url)('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (fields: RecordFields) => EncodedRecord;

it('encodes any record to the bytes that kafkajs makes of it', () => {
  const text = string({ unit: 'binary', maxLength: 200 });
  const buffer = uint8Array({ maxLength: 20_000 }).map(bytes => Buffer.from(bytes));
  const bytes = oneof(text, buffer, constant(null));
  const headers = dictionary(text, oneof(text, buffer, array(oneof(text, buffer), { maxLength: 3 })), { maxKeys: 12, noNullPrototype: true });
  const fields = record({ offsetDelta: nat(), timestampDelta: integer(), key: bytes, value: bytes, headers });
  assert(property(fields, given => {
    expect(encodeRecord(given).buffer.toString('hex')).toBe(kafkajsEncode(given).buffer.toString('hex'));
  }));
});
