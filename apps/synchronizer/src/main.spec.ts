import kafkajs from 'kafkajs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSuite, freePorts, runProgram, type Suite } from '@bank/stack';
import { BalanceChanged, BalanceChangedV1, subjects, topics } from '@bank/topology';
import { RegistryAdmin } from './registry-admin.ts';

const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;
const steps = Object.keys(topics).length + subjects().length;

describe('the synchronizer', () => {
  let suite: Suite;
  let admin: kafkajs.Admin;
  let registry: RegistryAdmin;

  beforeEach(async () => {
    suite = await createSuite();
    admin = new Kafka({ brokers: [suite.env.KAFKA_BROKERS], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    registry = new RegistryAdmin({ registryUrl: suite.env.SCHEMA_REGISTRY_URL });
    return async () => {
      await admin.disconnect();
      await suite[Symbol.asyncDispose]();
    };
  });

  const run = (...args: string[]): ReturnType<typeof runProgram> => runProgram('synchronizer', { env: suite.env, args });
  const ownTopics = async (): Promise<readonly string[]> => (await admin.listTopics()).filter(topic => topic.startsWith(suite.env.TOPIC_PREFIX)).sort();
  const settingOf = async (topic: string, setting: string): Promise<string | undefined> => {
    const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: `${suite.env.TOPIC_PREFIX}${topic}` }] });
    return resources[0]?.configEntries.find(({ configName }) => configName === setting)?.configValue;
  };
  const alterHeartbeat = async (configEntries: { name: string; value: string }[]): Promise<void> => {
    const name = `${suite.env.TOPIC_PREFIX}heartbeat`;
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries }] });
  };
  const balanceChanged = (): string => `${suite.env.TOPIC_PREFIX}balance_changed-nl.openweb.data.BalanceChanged`;

  it('makes all topics and subjects, and changes nothing the second time', async () => {
    const first = await run();
    expect(first).toMatchObject({ code: 0 });
    expect(first.output).toContain(`${steps} to create, 0 to change, 0 the same\nthe brokers have no authorizer: there are no ACLs, and`);
    expect(await ownTopics()).toEqual(Object.keys(topics).map(topic => `${suite.env.TOPIC_PREFIX}${topic}`).sort());
    const { topics: metadata } = await admin.fetchTopicMetadata({ topics: [`${suite.env.TOPIC_PREFIX}balance_changed`] });
    expect(metadata[0]?.partitions).toHaveLength(9);
    expect(await settingOf('balance_changed', 'retention.ms')).toBe('-1');
    expect(await settingOf('dead_letters', 'max.message.bytes')).toBe(String(4 * 1024 * 1024));

    const second = await run();
    expect(second).toMatchObject({ code: 0 });
    expect(second.output).toContain(`0 to create, 0 to change, ${steps} the same`);
    expect(second.output).toContain('nothing to do');
  });

  it('registers both versions of BalanceChanged in their order, fully compatible', async () => {
    await run();
    const names = (await registry.versionsOf(balanceChanged())).map(schema => ('fields' in schema && Array.isArray(schema.fields) ? schema.fields.length : 0));
    expect(names).toEqual([BalanceChangedV1.fields.length, BalanceChanged.fields.length]);
    expect(await registry.levelOf(balanceChanged())).toBe('FULL_TRANSITIVE');
  });

  it('only shows the plan when asked to', async () => {
    const { code, output } = await run('--plan');
    expect(code).toBe(0);
    expect(output).toMatch(/create {2}topic {4}suite-\w+-balance_changed {2,}\(9 partitions, replication 1\)/);
    expect(await ownTopics()).toEqual([]);
    expect(await registry.versionsOf(balanceChanged())).toEqual([]);
  });

  it('brings a setting back that was changed, and leaves one alone that somebody else made', async () => {
    await run();
    const configEntries = [{ name: 'retention.ms', value: '1000' }, { name: 'segment.ms', value: '600000' }];
    await alterHeartbeat(configEntries);
    const { code, output } = await run();
    expect(code).toBe(0);
    expect(output).toMatch(/change {2}topic {4}suite-\w+-heartbeat {2,}\(.*retention\.ms 1000 → 900000/);
    expect(await settingOf('heartbeat', 'retention.ms')).toBe('900000');
    expect(await settingOf('heartbeat', 'segment.ms')).toBe('600000');
  });

  it('asks of a topic no more replicas in step than it has', async () => {
    await run();
    const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
    await alterHeartbeat(configEntries);
    const { code, output } = await run();
    expect(code).toBe(0);
    expect(output).toContain('min.insync.replicas 2 → 1');
    expect(output).not.toContain('could be');
    expect(await settingOf('heartbeat', 'min.insync.replicas')).toBe('1');
  });

  it('raises a level of compatibility that would let a reader break, and only shows so with --plan', async () => {
    await run();
    await registry.setLevel(balanceChanged(), ['BACKWARD']);
    const plan = await run('--plan');
    expect(plan.output).toMatch(/change {2}subject {2}suite-\w+-balance_changed-\S+ +\(compatibility BACKWARD → FULL_TRANSITIVE\)/);
    expect(await registry.levelOf(balanceChanged())).toBe('BACKWARD');
    expect((await run()).code).toBe(0);
    expect(await registry.levelOf(balanceChanged())).toBe('FULL_TRANSITIVE');
  });

  it('fails before it changes anything when a topic has another number of partitions', async () => {
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: `${suite.env.TOPIC_PREFIX}balance_changed`, numPartitions: 3 }] });
    await expect.poll(ownTopics).toEqual([`${suite.env.TOPIC_PREFIX}balance_changed`]);
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toMatch(/synchronizer: topic suite-\w+-balance_changed has 3 partitions and should have 9: keys would move/);
    expect(await ownTopics()).toEqual([`${suite.env.TOPIC_PREFIX}balance_changed`]);
  });

  it('fails before it changes anything when a schema is not compatible with a registered one', async () => {
    await registry.register(balanceChanged(), { ...BalanceChangedV1, fields: [{ name: 'iban', type: 'long' }] });
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toMatch(/subject suite-\w+-balance_changed-nl\.openweb\.data\.BalanceChanged holds a version that the new one is not compatible with/);
    expect(await ownTopics()).toEqual([]);
  });

  it('fails before it changes anything when a later version stands there without the earlier', async () => {
    await registry.register(balanceChanged(), BalanceChanged);
    const { code, output } = await run();
    expect(code).toBe(1);
    expect(output).toMatch(/balance_changed-\S+ holds version 2 without an earlier one before it: versions are registered in their order/);
    expect(await registry.versionsOf(balanceChanged())).toHaveLength(1);
    expect(await ownTopics()).toEqual([]);
  });

  it('takes an address of the registry with credentials and a slash at its end', async () => {
    const address = `${suite.env.SCHEMA_REGISTRY_URL.replace('://', '://me:secret@')}/`;
    const { code, output } = await runProgram('synchronizer', { env: { ...suite.env, SCHEMA_REGISTRY_URL: address } });
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('done') as string });
    expect(await registry.versionsOf(balanceChanged())).toHaveLength(2);
  });
});

describe('what it says when something is wrong', () => {
  let suite: Suite;
  beforeAll(async () => {
    suite = await createSuite();
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  it('is one line: the broker that does not answer', async () => {
    const { code, output } = await runProgram('synchronizer', { env: { ...suite.env, KAFKA_BROKERS: '127.0.0.1:1' } });
    expect(code).toBe(1);
    expect(output.trim().split('\n').at(-1)).toMatch(/^synchronizer: .*127\.0\.0\.1:1/);
  });

  it('is one line: the registry that does not answer, without the password to it', async () => {
    const [port] = await freePorts(1);
    const env = { ...suite.env, SCHEMA_REGISTRY_URL: `http://me:secret@127.0.0.1:${port}/path/` };
    const { code, output } = await runProgram('synchronizer', { env });
    expect(code).toBe(1);
    const address = `127.0.0.1:${port}`;
    expect(output).toBe(`synchronizer: the schema registry at http://${address}/path does not answer: connect ECONNREFUSED ${address}\n`);
  });

  it('is one line: the variable that is not set', async () => {
    const { code, output } = await runProgram('synchronizer', { env: { KAFKA_BROKERS: suite.env.KAFKA_BROKERS } });
    expect(code).toBe(1);
    expect(output).toBe('SCHEMA_REGISTRY_URL is not set, it should be: http(s)://host:port/path, or http(s)://user:password@host:port/path\n');
  });

  it('is how to use it, when asked for help', async () => {
    const { code, output } = await runProgram('synchronizer', { env: {}, args: ['--help'] });
    expect(code).toBe(0);
    expect(output).toContain('--plan   only show what would be done');
  });
});
