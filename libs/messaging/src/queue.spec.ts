import { describe, expect, it } from 'vitest';
import type { IncomingMessage } from './port.ts';
import { MessageQueue } from './queue.ts';

const message = (offset: number): IncomingMessage =>
  ({ topic: 'heartbeat', partition: 0, offset: BigInt(offset), key: null, value: null, headers: {}, timestampMs: 0 });
const messages = (count: number): readonly IncomingMessage[] => Array.from({ length: count }, (_, offset) => message(offset));
const never = new AbortController().signal;

describe('the queue', () => {
  it('gives messages in their order, and keeps them until they are removed', () => {
    const queue = new MessageQueue();
    queue.add(messages(3));
    const peeked = queue.peek(2);
    expect(peeked.messages.map(({ offset }) => offset)).toEqual([0n, 1n]);
    expect(queue.peek(2).messages).toEqual(peeked.messages);
    expect(queue.remove(peeked)).toBe(true);
    expect(queue.peek(2).messages.map(({ offset }) => offset)).toEqual([2n]);
  });

  it('wakes who waits for a message', async () => {
    const queue = new MessageQueue();
    const filled = queue.filled(never);
    queue.add(messages(1));
    await filled;
  });

  it('wakes who waits when nobody needs messages any more', async () => {
    const stop = new AbortController();
    const filled = new MessageQueue().filled(stop.signal);
    stop.abort();
    await filled;
  });

  it('tells that what was peeked is void when some of it was dropped meanwhile, and keeps the rest', () => {
    const queue = new MessageQueue();
    queue.add(messages(3));
    const peeked = queue.peek(3);
    queue.retain(({ offset }) => offset !== 1n);
    expect(queue.remove(peeked)).toBe(false);
    expect(queue.peek(10).messages.map(({ offset }) => offset)).toEqual([0n, 2n]);
  });

  it('has no room from 16 MiB on, however few messages they are', async () => {
    const queue = new MessageQueue();
    const large = (offset: number): IncomingMessage => ({ ...message(offset), value: Buffer.alloc(8 * 1024 * 1024) });
    queue.add([large(0)]);
    expect(await queue.room(0)).toBe(true);
    queue.add([large(1)]);
    expect(await queue.room(0)).toBe(false);
    queue.remove(queue.peek(1));
    expect(await queue.room(0)).toBe(true);
  });

  it('has no room from 10,000 messages on, until some are removed', async () => {
    const queue = new MessageQueue();
    queue.add(messages(9_999));
    expect(await queue.room(0)).toBe(true);
    queue.add(messages(1));
    expect(await queue.room(0)).toBe(false);
    const room = queue.room(60_000);
    queue.remove(queue.peek(1));
    expect(await room).toBe(true);
  });

  it('gives what it has before it tells that no more will come, and tells it again', async () => {
    const queue = new MessageQueue();
    queue.add(messages(1));
    queue.fail(new Error('lost'));
    await queue.filled(never);
    queue.remove(queue.peek(1));
    await expect(queue.filled(never)).rejects.toThrow('lost');
    await expect(queue.filled(never)).rejects.toThrow('lost');
  });
});
