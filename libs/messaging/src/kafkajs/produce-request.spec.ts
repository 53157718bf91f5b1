import { createRequire } from 'node:module';
import { array, asyncProperty, assert, bigInt, constant, dictionary, nat, oneof, record, string, uint8Array } from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { produceRequest, type ProduceFields, type ProduceRequest } from './produce-request.ts';

const original = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v3/request.js') as (fields: ProduceFields) => ProduceRequest;
const encoded = async (request: ProduceRequest): Promise<string> => (await request.encode()).buffer.toString('hex');

const text = oneof(string(), string({ unit: 'binary', maxLength: 200 }));
const buffer = uint8Array({ maxLength: 5_000 }).map(bytes => Buffer.from(bytes));
const bytes = oneof(text, buffer, constant(null));
const headers = dictionary(text, oneof(text, buffer, array(oneof(text, buffer), { maxLength: 3 })), { maxKeys: 12, noNullPrototype: true });
const now = 1_764_000_000_000;
const plain = oneof(record({ key: bytes, value: bytes, headers }), record({ value: bytes }));
const stamped = record({ key: bytes, value: bytes, headers, timestamp: nat(1_000_000).map(since => String(now + since)) });
const produce = record<ProduceFields>({
  acks: constant(-1),
  timeout: nat(),
  producerId: bigInt({ min: -1n, max: 2n ** 63n - 1n }).map(String),
  producerEpoch: nat(32_767),
  topicData: array(record({
    topic: text,
    partitions: array(record({
      partition: nat(), firstSequence: nat(), messages: oneof(array(plain, { minLength: 1, maxLength: 12 }), array(stamped, { minLength: 1, maxLength: 12 })),
    }), { maxLength: 4 }),
  }), { maxLength: 3 }),
});

describe('a produce request', () => {
  afterEach(() => vi.useRealTimers());

  it('has the bytes that kafkajs gives it', async () => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const request = produceRequest(original);
    await assert(asyncProperty(produce, async fields => {
      expect(await encoded(request(fields))).toBe(await encoded(original(fields)));
    }));
  });

  it.each([{ compression: 1 }, { transactionalId: 'a transaction' }])('is left to kafkajs with %o', async other => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const fields: ProduceFields = { acks: -1, timeout: 1, topicData: [{ topic: 't', partitions: [{ partition: 0, messages: [{ key: 'k', value: 'v' }] }] }], ...other };
    expect(await encoded(produceRequest(original)(fields))).toBe(await encoded(original(fields)));
  });
});
