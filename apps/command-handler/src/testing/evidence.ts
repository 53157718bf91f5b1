/** All that stands on the handler's topics, read to the end as it is now. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { connectionOf, Consumer, kafkajsClient, messagingVariables, type Connection, type Received } from '@bank/messaging';
import { commandTopics } from '../ledger/command.ts';
import { publishedTopics } from '../settlement/messages.ts';

const topics = [...commandTopics, ...publishedTopics] as const;

export type Evidence = {
  readonly messages: readonly Received<(typeof topics)[number]>[];
  readonly deadLetters: number;
};

/** How specs reach Kafka themselves. */
export const connectionTo = (env: Readonly<Record<string, string>>): Connection =>
  connectionOf('spec', z.object(messagingVariables).parse(env));

/** The next offset that will be written, of each partition of some topics that has any message: by `topic/partition`. */
export const endsOf = async (connection: Connection, of: readonly string[]): Promise<Map<string, bigint>> => {
  const ends = new Map<string, bigint>();
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    for (const topic of of) {
      for (const { partition, high } of await admin.fetchTopicOffsets(`${connection.topicPrefix}${topic}`)) {
        if (high !== '0') ends.set(`${topic}/${partition}`, BigInt(high));
      }
    }
    return ends;
  } finally {
    await admin.disconnect();
  }
};

/** Reads it all; fails when nothing comes for 30 seconds. */
export const gatherEvidence = async (connection: Connection): Promise<Evidence> => {
  const deadLetters = [...(await endsOf(connection, ['dead_letters'])).values()];
  const unread = await endsOf(connection, topics);
  const messages: Evidence['messages'][number][] = [];
  await using consumer = await Consumer.connect(connection, { group: `audit-${randomUUID()}`, topics, from: 'beginning' });
  while (unread.size > 0) {
    const taken = await consumer.take({ max: 5_000, signal: AbortSignal.timeout(30_000) });
    if (taken.length === 0) throw new Error(`not read to the end, and nothing came for 30 s: ${[...unread.keys()].join(', ')}`);
    for (const { raw } of taken) {
      const name = `${raw.topic}/${raw.partition}`;
      if (raw.offset + 1n >= (unread.get(name) ?? 0n)) unread.delete(name);
    }
    messages.push(...taken);
  }
  return { messages, deadLetters: Number(deadLetters[0] ?? 0n) };
};
