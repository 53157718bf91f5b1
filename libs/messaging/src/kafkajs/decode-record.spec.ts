import { createRequire } from 'node:module';
import { array, assert, constant, dictionary, integer, nat, oneof, property, record, string, uint8Array } from 'fast-check';
import { expect, it } from 'vitest';
import { decodeRecord } from './decode-record.ts';
import { RecordWriter, type Place, type RecordFields } from '../record.ts';

type Decode = typeof decodeRecord;
type Reader = Parameters<Decode>[0];

const require = createRequire(import.meta.url);
const kafkajsDecode = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as Decode;
const KafkajsReader = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => Reader;

const batch = { firstOffset: '41', firstTimestamp: '1700000000000', maxTimestamp: '1800000000000', timestampType: 0, magicByte: 2, isControlBatch: false };
const writer = new RecordWriter();

/** Decodes a record, which kafkajs hands over without the length before it. */
const decodedBy = (decode: Decode, fields: RecordFields, place: Place): unknown => {
  writer.clear();
  writer.write(fields, place);
  const bytes = new KafkajsReader(writer.written).readVarIntBytes();
  return decode(new KafkajsReader(bytes ?? Buffer.alloc(0)), batch);
};

it('decodes any record to what kafkajs makes of it', () => {
  const text = string({ unit: 'binary', maxLength: 200 });
  const buffer = uint8Array({ maxLength: 5_000 }).map(bytes => Buffer.from(bytes));
  const bytes = oneof(buffer, constant(null));
  const name = text.filter(given => !(given in {}));
  const headers = dictionary(name, oneof(text, buffer, array(oneof(text, buffer, constant(null)), { maxLength: 3 })), { maxKeys: 12, noNullPrototype: true });
  const places = record({ offsetDelta: nat(), timestampDelta: integer() });
  assert(property(record({ key: bytes, value: bytes, headers }), places, (fields, place) => {
    expect(decodedBy(decodeRecord, fields, place)).toEqual(decodedBy(kafkajsDecode, fields, place));
  }));
});

it('takes headers of any name and number', () => {
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [at.toString(36), '']));
  const odd = { constructor: 'one', ['__proto__']: ['two', 'three'] };
  const { headers } = decodedBy(decodeRecord, { key: null, value: null, headers: { ...odd, ...many } }, { offsetDelta: 0, timestampDelta: 0 }) as { headers: object };
  const names = Object.entries(headers);
  expect(names).toHaveLength(20_002);
  expect(names).toContainEqual(['constructor', Buffer.from('one')]);
  expect(names).toContainEqual(['__proto__', [Buffer.from('two'), Buffer.from('three')]]);
});
