/** How much goes with one send: a broker refuses a batch of one partition that is larger than its topic allows. */
import type { Headers, OutgoingMessage } from './port.ts';

const messagesPerSend = 5_000;

/** What Kafka's record format adds at most: to a batch its header, to a record lengths and deltas, to each header two lengths. */
const batchOverheadBytes = 128;
const recordOverheadBytes = 32;
const headerOverheadBytes = 8;

/**
 * How many of the waiting messages, from the first, may go with one send: up to the first that would make the batch of its
 * partition too large. At least one, for what is too large alone is for the broker to refuse.
 *
 * @param mostBytes the most bytes of a batch, by its topic
 */
export const countForOneSend = (waiting: readonly OutgoingMessage[], mostBytes: ReadonlyMap<string, number>): number => {
  const bytesOfTopics = new Map<string, Map<number, number>>();
  // Messages that belong together share one object of headers.
  let headers: Headers | undefined;
  let bytesOfHeaders = 0;
  let count = 0;
  for (const message of waiting) {
    if (count === messagesPerSend) return count;
    const { topic } = message;
    const bytesOfPartitions = bytesOfTopics.get(topic) ?? new Map<number, number>();
    bytesOfTopics.set(topic, bytesOfPartitions);
    if (message.headers !== headers) {
      ({ headers } = message);
      bytesOfHeaders = bytesOf(headers);
    }
    const bytes = (bytesOfPartitions.get(message.partition) ?? batchOverheadBytes) + recordOverheadBytes + mostBytesOf(message.key) + mostBytesOf(message.value) + bytesOfHeaders;
    if (bytes > (mostBytes.get(topic) ?? Infinity)) return Math.max(count, 1);
    bytesOfPartitions.set(message.partition, bytes);
    count += 1;
  }
  return waiting.length;
};

/** The most bytes that headers can take. */
const bytesOf = (headers: Headers): number => {
  let bytes = 0;
  for (const name in headers) {
    const content = headers[name] ?? '';
    if (typeof content === 'string') bytes += headerOverheadBytes + mostBytesOf(name) + mostBytesOf(content);
    else for (const item of content) bytes += headerOverheadBytes + mostBytesOf(name) + mostBytesOf(item);
  }
  return bytes;
};

/** In UTF-8 a text takes at most three bytes for each of its UTF-16 units; to count them exactly would cost more than it saves. */
const mostBytesOf = (content: string | Buffer | null): number => (typeof content === 'string' ? content.length * 3 : (content?.length ?? 0));
