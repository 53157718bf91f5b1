/** Where messages stand, and what they are made of. */
import { createHash } from 'node:crypto';
import type { Position, RawMessage, Received, TopicPartition } from '@bank/messaging';
import type { commandHeaders, deadLetterHeaders, RecordTopic } from '@bank/topology';

/** A message that could be read. */
export type Readable<T extends RecordTopic> = Extract<Received<T>, { readonly record: unknown }>;

type Raw = RawMessage<RecordTopic>;
type Headers = Readonly<Record<string, readonly (Buffer | string | null | undefined)[]>>;

/** A partition as people read it: `confirm_money_transfer/3`. */
export const partitionNameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** A place on a topic as people read it: `confirm_money_transfer/3@1234`. */
export const placeOf = (position: Position): string => `${partitionNameOf(position)}@${position.offset}`;

/** The place of another message that headers tell; undefined when they tell none. */
export const placeIn = (headers: Headers, names: typeof commandHeaders | typeof deadLetterHeaders): Position | undefined => {
  const [topic, partition, offset] = [names.topic, names.partition, names.offset].map(name => headers[name]?.[0]?.toString());
  if (topic === undefined || !isWhole(partition) || !isWhole(offset)) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
};

const isWhole = (text: string | undefined): text is string => text !== undefined && /^\d+$/.test(text);

/** As much as a JavaScript number holds exactly: enough to notice what differs by mistake. */
export const digestBytes = 6;

/** A digest of all that has to be the same when a message is sent again: key, value and headers. */
export const digestOf = ({ key, value, headers }: Pick<Raw, 'key' | 'value' | 'headers'>): number => {
  const hash = createHash('sha256');
  for (const part of [key, value, ...Object.entries(headers).flatMap(([name, values]) => [Buffer.from(name), ...values])]) {
    hash.update(`${part?.length ?? 'null'}:`).update(part ?? '');
  }
  return hash.digest().readUIntBE(0, digestBytes);
};
