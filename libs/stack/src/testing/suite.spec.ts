import { Kafka, logLevel, type Admin } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { canConnect } from '../servers/database.ts';
import { createSuite, type Suite } from './suite.ts';

const connectAdmin = async ({ env }: Suite): Promise<Admin & AsyncDisposable> => {
  const admin = new Kafka({ brokers: [env.KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return Object.assign(admin, { [Symbol.asyncDispose]: () => admin.disconnect() });
};

describe('a suite', () => {
  it('shares its names with no other', async () => {
    await using one = await createSuite();
    await using other = await createSuite();
    expect(one.env.TOPIC_PREFIX).not.toBe(other.env.TOPIC_PREFIX);
    expect(await one.createDatabase()).not.toBe(await one.createDatabase());
  });

  it('takes its topics and databases along, and no others', async () => {
    await using other = await createSuite();
    await using admin = await connectAdmin(other);
    const [kept, gone] = await (async () => {
      await using suite = await createSuite();
      const topics = [`${other.env.TOPIC_PREFIX}kept`, `${suite.env.TOPIC_PREFIX}gone`];
      // kafkajs's own wait gives up on a busy broker: asked for until they are listed.
      await admin.createTopics({ topics: topics.map(topic => ({ topic, numPartitions: 1 })), waitForLeaders: false });
      await expect.poll(() => admin.listTopics()).toEqual(expect.arrayContaining(topics));
      return [{ topic: topics[0], url: await other.createDatabase() }, { topic: topics[1], url: await suite.createDatabase() }] as const;
    })();
    const topics = await admin.listTopics();
    expect([topics.includes(kept.topic ?? ''), topics.includes(gone.topic ?? '')]).toEqual([true, false]);
    expect([await canConnect(kept.url), await canConnect(gone.url)]).toEqual([true, false]);
  });

  it('has plain names on a stack of its own, for programs that know of no prefix', async () => {
    await using suite = await createSuite({ brokers: '127.0.0.1:9', registryUrl: 'http://127.0.0.1:9', adminDatabaseUrl: 'postgres://127.0.0.1:9/postgres' });
    expect(suite.env).toEqual({ KAFKA_BROKERS: '127.0.0.1:9', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:9', TOPIC_PREFIX: '' });
  });

  it('without a stack says what is missing', async () => {
    vi.stubEnv('KAFKA_BROKERS', undefined);
    await expect(createSuite()).rejects.toThrow(/add globalSetup/);
    vi.unstubAllEnvs();
  });
});
