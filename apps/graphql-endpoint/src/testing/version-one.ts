/** A producer of version 1 of BalanceChanged, as the original bank's handlers are: five fields, no version, no headers. */
import { z } from 'zod';
import { connectionOf, kafkajsClient, messagingVariables, Registry } from '@bank/messaging';
import { readConfig } from '@bank/service';
import { BalanceChangedV1, partitionOf, subjectOf, BalanceChanged, topics } from '@bank/topology';

export type ChangeV1 = { readonly iban: string; readonly newBalance: bigint; readonly changedBy: bigint; readonly fromTo: string; readonly description: string };

/** Avro's whole number: zigzag, then seven bits a byte. */
const long = (value: bigint): Buffer => {
  let bits = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; bits > 0x7fn; bits >>= 7n) bytes.push(Number(bits & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(bits)]);
};

const text = (content: string): Buffer => Buffer.concat([long(BigInt(Buffer.byteLength(content))), Buffer.from(content)]);

/** Sends changes in their order. */
export const sendAsVersionOne = async (env: Readonly<Record<string, string>>, changes: readonly ChangeV1[]): Promise<void> => {
  const connection = connectionOf('version-one', readConfig(z.object(messagingVariables), env));
  const { topicPrefix } = connection;
  const schemaId = await new Registry(connection).idOf(`${topicPrefix}${subjectOf('balance_changed', BalanceChanged)}`, BalanceChangedV1);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(schemaId, 1);
  const producer = kafkajsClient(connection).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  try {
    await producer.send({
      topic: `${topicPrefix}balance_changed`,
      messages: changes.map(({ iban, newBalance, changedBy, fromTo, description }) => ({
        key: iban,
        partition: partitionOf(iban, topics.balance_changed.partitions),
        value: Buffer.concat([frame, text(iban), long(newBalance), long(changedBy), text(fromTo), text(description)]),
      })),
    });
  } finally {
    await producer.disconnect();
  }
};
