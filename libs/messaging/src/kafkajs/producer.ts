/** The producer port on kafkajs. */
import { Partitioners, type Kafka, type TopicMessages } from 'kafkajs';
import type { OutgoingMessage, ProducerPort } from '../port.ts';

/** Connects an idempotent producer. The caller keeps one send in flight: kafkajs loses records when idempotent sends run concurrently. */
export const connectKafkajsProducer = async (kafka: Kafka): Promise<ProducerPort> => {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  return {
    send: async messages => {
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(messages) });
    },
    [Symbol.asyncDispose]: () => producer.disconnect(),
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
