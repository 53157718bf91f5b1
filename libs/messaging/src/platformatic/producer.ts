/** The producer port on @platformatic/kafka. */
import { Producer, type MessageToProduce } from '@platformatic/kafka';
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { Headers, OutgoingMessage, ProducerPort } from '../port.ts';
import { clientOptions, plainError } from './client.ts';

type Message = MessageToProduce<Buffer, Buffer | null, Buffer, Buffer | null>;

/** Connects an idempotent producer. The caller keeps one send in flight. */
export const connectPlatformaticProducer = async (connection: Connection): Promise<ProducerPort> => {
  const producer = new Producer<Buffer, Buffer | null, Buffer, Buffer | null>({
    ...clientOptions(connection),
    // It asks for the acknowledgement of all in-sync replicas by itself then.
    idempotent: true,
    // A send fails within about three seconds when no broker can be connected to: who sends knows better whether to go on.
    retries: 4,
    retryDelay: (_client, _operation, attempt) => Math.min(1_000, 100 * 2 ** attempt),
    timeout: 30_000,
  });
  const close = (): Promise<void> => leave({ disconnect: () => producer.close(true) });
  try {
    await producer.initIdempotentProducer({});
  } catch (error) {
    await close();
    throw plainError(error);
  }
  return {
    send: async messages => {
      await producer.send({ messages: messages.map(asMessage) }).catch((error: unknown) => {
        throw plainError(error);
      });
    },
    [Symbol.asyncDispose]: close,
  };
};

const asMessage = ({ topic, partition, key, value, headers }: OutgoingMessage): Message => ({
  topic,
  partition,
  ...(key !== null && { key: Buffer.from(key) }),
  value,
  headers: asHeaders(headers),
});

/** A name that stands several times is a key of its own each time, for buffers differ however alike they are. */
const asHeaders = (headers: Headers): Map<Buffer, Buffer | null> => {
  const all = new Map<Buffer, Buffer | null>();
  for (const name in headers) {
    const content = headers[name] ?? '';
    if (typeof content === 'string') all.set(Buffer.from(name), Buffer.from(content));
    else for (const item of content) all.set(Buffer.from(name), item);
  }
  return all;
};
