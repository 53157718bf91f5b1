/** One produce request, of batches that are encoded already: to let the client make them takes it more than all the rest of a message's way. */
import { NetworkError, ProtocolError, produceV9, Writer, type Connection } from '@platformatic/kafka';
import type { TopicPartition } from '../port.ts';

/** What goes to one partition, as Kafka keeps it. */
export type Batch = TopicPartition & { readonly bytes: Buffer };

export type Failure = { readonly batch: Batch; readonly error: Error };

const produceKey = 0;
const version = 9;
const allInSync = -1;

/** How long the broker may wait for its replicas. */
const timeoutMs = 30_000;

/** The broker has it, and its acknowledgement was lost. */
const duplicateSequenceNumber = 46;

type Response = ReturnType<typeof produceV9.parseResponse>;

/** Sends batches to their leader, and gives those that it did not acknowledge. */
export const produce = async (connection: Connection, batches: readonly Batch[]): Promise<readonly Failure[]> => {
  const { responses } = await answerTo(connection, () => requestOf(batches));
  const codes = new Map(responses.flatMap(({ name, partitionResponses }) => partitionResponses.map(({ index, errorCode }) => [`${name}/${index}`, errorCode])));
  return batches.flatMap(batch => {
    const code = codes.get(`${batch.topic}/${batch.partition}`);
    if (code === 0 || code === duplicateSequenceNumber) return [];
    return [{ batch, error: code === undefined ? new NetworkError('no broker acknowledged it') : new ProtocolError(code) }];
  });
};

/** @see https://kafka.apache.org/protocol#The_Messages_Produce, version 9 */
const requestOf = (batches: readonly Batch[]): Writer =>
  Writer.create()
    // No transaction.
    .appendString(null)
    .appendInt16(allInSync)
    .appendInt32(timeoutMs)
    .appendArray([...Map.groupBy(batches, ({ topic }) => topic)], (request, [topic, of]) => {
      request.appendString(topic).appendArray(of, (partitions, { partition, bytes }) => {
        partitions.appendInt32(partition).appendUnsignedVarInt(bytes.length + 1).append(bytes);
      });
    })
    .appendTaggedFields();

const answerTo = (connection: Connection, request: () => Writer): Promise<Response> =>
  new Promise((resolve, reject) => {
    connection.send(produceKey, version, request, produceV9.parseResponse, true, true, (error, response) => {
      // When it names an error for any partition it comes with that.
      if (error && !('response' in error)) reject(error);
      else resolve((error && 'response' in error ? error.response : response) as Response);
    });
  });
