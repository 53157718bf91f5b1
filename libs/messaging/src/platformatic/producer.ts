/** The producer port on @platformatic/kafka: its connections and what it knows of the brokers, with sequence numbers and retries of our own. */
import { setTimeout as wait } from 'node:timers/promises';
import { findErrorBy, NetworkError, Producer, type ClusterMetadata } from '@platformatic/kafka';
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { OutgoingMessage, ProducerPort } from '../port.ts';
import { encodeRecordBatch } from '../record-batch.ts';
import { RecordWriter } from '../record.ts';
import { clientOptions, plainError } from './client.ts';
import { produce, type Batch, type Failure } from './produce.ts';

/** A send fails within about three seconds when no broker can be connected to: who sends knows better whether to go on. */
const retries = 4;
const retryDelayMs = (attempt: number): number => Math.min(1_000, 100 * 2 ** attempt);

/** A partition's messages are numbered from 0 to 2^31 − 1, and then from 0 again. */
const sequenceCount = 2 ** 31;

/** Connects an idempotent producer. The caller keeps one send in flight. */
export const connectPlatformaticProducer = async (connection: Connection): Promise<ProducerPort> => {
  const client = new Producer({ ...clientOptions(connection), idempotent: true, retries, retryDelay: (_client, _operation, attempt) => retryDelayMs(attempt) });
  const close = (): Promise<void> => leave({ disconnect: () => client.close(true) });
  try {
    const encode = batchEncoder(await client.initIdempotentProducer({}));
    return {
      send: messages => sendAll(client, encode(messages)).catch((error: unknown) => {
        throw plainError(error);
      }),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw plainError(error);
  }
};

/** Makes a function that encodes messages as one batch for each partition, which continues its numbers. */
const batchEncoder = (sender: { readonly producerId: bigint; readonly producerEpoch: number }): ((messages: readonly OutgoingMessage[]) => readonly Batch[]) => {
  const writer = new RecordWriter();
  const nextSequences = new Map<string, number>();
  return messages => {
    const now = Date.now();
    const encode = (topic: string, partition: number, of: readonly OutgoingMessage[]): Batch => {
      const name = `${topic}/${partition}`;
      const firstSequence = nextSequences.get(name) ?? 0;
      nextSequences.set(name, (firstSequence + of.length) % sequenceCount);
      return { topic, partition, bytes: encodeRecordBatch(of, { ...sender, firstSequence }, { writer, now }) };
    };
    // One after the other: a name of both for each message would be a text for each message.
    return [...Map.groupBy(messages, ({ topic }) => topic)].flatMap(([topic, onTopic]) =>
      [...Map.groupBy(onTopic, ({ partition }) => partition)].map(([partition, of]) => encode(topic, partition, of)));
  };
};

/** Sends until all is acknowledged: what is sent again bears the same numbers, by which a broker knows what it has. */
const sendAll = async (client: Producer, batches: readonly Batch[]): Promise<void> => {
  let waiting = batches;
  for (let attempt = 1; ; attempt += 1) {
    const metadata = await client.metadata({ topics: [...new Set(waiting.map(({ topic }) => topic))] });
    const sent = [...Map.groupBy(waiting, batch => leaderOf(batch, metadata))].map(([node, of]) => sendTo(client, metadata.brokers.get(node), of));
    const failures = (await Promise.all(sent)).flat();
    const final = failures.find(({ error }) => attempt > retries || findErrorBy(error, 'canRetry', false));
    if (final) throw final.error;
    if (failures.length === 0) return;
    waiting = failures.map(({ batch }) => batch);
    // Another broker may have taken over.
    client.clearMetadata();
    await wait(retryDelayMs(attempt));
  }
};

/** Sends what one broker leads, and gives what it did not acknowledge. */
const sendTo = async (client: Producer, broker: { readonly host: string; readonly port: number } | undefined, batches: readonly Batch[]): Promise<readonly Failure[]> => {
  try {
    if (!broker) throw new NetworkError('no broker leads it');
    return await produce(await client.connections.get(broker), batches);
  } catch (cause) {
    const error = plainError(cause);
    return batches.map(batch => ({ batch, error }));
  }
};

const leaderOf = ({ topic, partition }: Batch, { topics }: ClusterMetadata): number => topics.get(topic)?.partitions[partition]?.leader ?? -1;
