/** The producer port on kafkajs. */
import { Partitioners, type Kafka, type TopicMessages } from 'kafkajs';
import type { OutgoingMessage, ProducerPort } from '../port.ts';
import { leave } from './leave.ts';

/** A send fails within about three seconds when the broker is away: who sends knows better whether to go on, and can still stop in time. */
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
  await producer.connect();
  return {
    send: async messages => {
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(messages) });
    },
    [Symbol.asyncDispose]: () => leave(producer),
  };
};

const byTopic = (messages: readonly OutgoingMessage[]): TopicMessages[] => {
  const grouped = new Map<string, TopicMessages>();
  for (const { topic, ...message } of messages) {
    const group = grouped.get(topic) ?? { topic, messages: [] };
    grouped.set(topic, group);
    group.messages.push(message);
  }
  return [...grouped.values()];
};
