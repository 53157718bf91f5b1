import { describe, expect, it } from 'vitest';
import { countForOneSend as count } from './batch.ts';
import type { OutgoingMessage } from './port.ts';

const waiting = (partition: number, bytes: number, topic = 'transfers'): OutgoingMessage => ({ topic, partition, key: null, value: Buffer.alloc(bytes), headers: {} });
const kilobyte = 1024;
const countForOneSend = (messages: readonly OutgoingMessage[]): number => count(messages, new Map([['transfers', 128 * kilobyte], ['letters', 512 * kilobyte]]));

describe('one send', () => {
  it('takes all that waits when it is little', () => {
    expect(countForOneSend([waiting(0, 10), waiting(1, 10)])).toBe(2);
  });

  it('stops before the batch of one partition grows beyond what the topic allows', () => {
    expect(countForOneSend([waiting(0, 60 * kilobyte), waiting(0, 60 * kilobyte), waiting(0, 60 * kilobyte)])).toBe(2);
  });

  it('counts each partition by itself', () => {
    expect(countForOneSend([0, 1, 2, 3].map(partition => waiting(partition, 100 * kilobyte)))).toBe(4);
  });

  it('counts each topic by itself, by what it allows', () => {
    expect(countForOneSend([waiting(0, 100 * kilobyte), waiting(0, 100 * kilobyte, 'letters'), waiting(0, 400 * kilobyte, 'letters'), waiting(0, 20 * kilobyte, 'letters')])).toBe(3);
  });

  it('takes a message that is too large alone, for the broker to refuse', () => {
    expect(countForOneSend([waiting(0, 500 * kilobyte), waiting(0, 1)])).toBe(1);
    expect(countForOneSend([waiting(0, 500 * kilobyte), waiting(1, 1)])).toBe(1);
  });

  it('takes 5,000 messages at the most', () => {
    expect(countForOneSend(Array.from({ length: 6_000 }, (_, at) => waiting(at % 9, 1)))).toBe(5_000);
  });
});
