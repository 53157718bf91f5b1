import { Kafka, logLevel } from 'kafkajs';
import { expect, it } from 'vitest';
import { freePorts } from '../process/ports.ts';
import { createSuite } from '../testing/suite.ts';
import { isInCluster } from './kafka-answer.ts';

it('a broker that runs is in its cluster', async () => {
  await using suite = await createSuite();
  await expect.poll(() => isInCluster(Number(suite.env.KAFKA_BROKERS.split(':')[1]))).toBe(true);
});

it('a broker that does not run is in no cluster', async () => {
  const [port = 0] = await freePorts(1);
  expect(await isInCluster(port)).toBe(false);
});

it('a broker makes no topic that nobody asked for', async () => {
  await using suite = await createSuite();
  const producer = new Kafka({ brokers: [suite.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING, retry: { retries: 1 } }).producer();
  await producer.connect();
  const sending = producer.send({ topic: `${suite.env.TOPIC_PREFIX}lost`, messages: [{ value: 'lost' }] });
  await expect(sending).rejects.toThrow(/does not host this topic/);
  await producer.disconnect();
});
