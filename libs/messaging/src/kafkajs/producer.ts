/** The producer port on kafkajs. */
import type { Kafka, Message, RecordMetadata, TopicMessages } from 'kafkajs';
import { leave } from '../leave.ts';
import type { OutgoingMessage, ProducerPort } from '../port.ts';
import { Partitioners } from './kafkajs.ts';

/** A send fails within about three seconds when no broker can be connected to: who sends knows better whether to go on. */
const retry = { retries: 4, initialRetryTime: 200, maxRetryTime: 1_000 };

/** Connects an idempotent producer. The caller keeps one send in flight: kafkajs loses records when idempotent sends run concurrently. */
export const connectKafkajsProducer = async (kafka: Kafka): Promise<ProducerPort> => {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    retry,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await producer.connect();
  } catch (error) {
    await leave(producer);
    throw error;
  }
  return {
    send: async messages => {
      const topicMessages = byTopic(messages);
      assertAllAcknowledged(topicMessages, await producer.sendBatch({ acks: -1, topicMessages }));
    },
    [Symbol.asyncDispose]: () => leave(producer),
  };
};

/**
 * When one broker fails, kafkajs tries again but not with those that have answered: what moved to one of them in between is never
 * sent, and nothing tells but its missing acknowledgement.
 */
const assertAllAcknowledged = (sent: readonly TopicMessages[], acknowledged: readonly RecordMetadata[]): void => {
  const known = new Set(acknowledged.map(({ topicName, partition }) => `${topicName}/${partition}`));
  for (const { topic, messages } of sent) {
    const partitions = new Set(messages.map(({ partition }) => partition));
    for (const partition of partitions) if (!known.has(`${topic}/${String(partition)}`)) throw new Error(`no broker acknowledged ${topic}/${String(partition)}`);
  }
};

const byTopic = (messages: readonly OutgoingMessage[]): TopicMessages[] => {
  const grouped = new Map<string, TopicMessages>();
  for (const message of messages) {
    const { topic } = message;
    const group = grouped.get(topic) ?? { topic, messages: [] };
    grouped.set(topic, group);
    group.messages.push(message as Message);
  }
  return [...grouped.values()];
};
