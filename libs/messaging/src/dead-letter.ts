/** What cannot be settled is kept as it came: raw bytes, with where it stood and why in headers. */
import { deadLetterHeaders } from '@bank/topology';
import type { Headers, IncomingMessage } from './port.ts';

export type DeadLetter = { readonly topic: 'dead_letters'; readonly key: Buffer | null; readonly value: Buffer | null; readonly headers: Headers };

/** The dead letter of a message that was received; it keeps the headers that came with it. */
export const deadLetterOf = (message: Omit<IncomingMessage, 'timestampMs'>, reason: string): DeadLetter => ({
  topic: 'dead_letters',
  key: message.key,
  value: message.value,
  headers: {
    ...message.headers,
    [deadLetterHeaders.topic]: message.topic,
    [deadLetterHeaders.partition]: String(message.partition),
    [deadLetterHeaders.offset]: String(message.offset),
    [deadLetterHeaders.reason]: reason,
  },
});
