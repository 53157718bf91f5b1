/** Plans the topics: what is missing is created, a setting that differs is changed, a partition count never. */
import { setTimeout as wait } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { brokerErrorOf } from '@bank/messaging';
import { topics, type TopicName } from '@bank/topology';
import type { Planned, Step } from './plan.ts';
import { minInsyncReplicasOf, remarkOn, replicasOn } from './replication.ts';

// Node does not see these names in the package's CommonJS: they come with its default.
const { ConfigResourceTypes, ConfigSource } = kafkajs;

type Existing = {
  readonly partitions: number;
  /** Of the partition that has the fewest. */
  readonly replicas: number;
  readonly settings: ReadonlyMap<string, { readonly value: string; readonly isOwn: boolean }>;
};

/** Plans all topics of topology under a prefix. What exists keeps its replicas: brokers that are down, or new, change nothing for it. */
export const planTopics = async (admin: Admin, prefix: string): Promise<readonly Planned[]> => {
  const { brokers } = await admin.describeCluster();
  const existing = await existingTopics(admin, prefix);
  return (Object.keys(topics) as TopicName[]).map(topic => {
    const name = `${prefix}${topic}`;
    const { partitions } = topics[topic];
    const found = existing.get(name);
    const replicas = found?.replicas ?? replicasOn(brokers.length);
    const settings = settingsOf(topic, replicas);
    if (!found) return creation(admin, name, { partitions, replicas, settings });
    if (found.partitions !== partitions) {
      return {
        obstacle: `topic ${name} has ${found.partitions} partitions and should have ${partitions}: keys would move to other partitions, so make a new topic and copy the records`,
      };
    }
    return alteration(admin, name, found, { settings, remark: remarkOn(replicas, brokers.length) });
  });
};

const notServedYet: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

/** For how long brokers may take to tell each other of new topics, and how often they are asked. */
const servedWithinMs = 30_000;
const askEveryMs = 100;

/**
 * Waits until every partition of the topics has a leader and can be written to.
 *
 * kafkajs can wait by itself, but gives up when a busy broker takes longer than its few retries to know of a topic.
 *
 * @throws Error when that takes longer than half a minute
 */
export const untilServed = async (admin: Admin, prefix: string): Promise<void> => {
  const signal = AbortSignal.timeout(servedWithinMs);
  const names = Object.keys(topics).map(topic => `${prefix}${topic}`);
  while (!(await areServed(admin, names))) {
    if (signal.aborted) throw new Error(`the brokers do not serve all topics after ${servedWithinMs / 1_000} s`);
    await wait(askEveryMs);
  }
};

const areServed = async (admin: Admin, names: readonly string[]): Promise<boolean> => {
  try {
    const metadata = await admin.fetchTopicMetadata({ topics: [...names] });
    return metadata.topics.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0));
  } catch (error) {
    if (notServedYet.includes(brokerErrorOf(error))) return false;
    throw error;
  }
};

const settingsOf = (topic: TopicName, replicas: number): Readonly<Record<string, string>> => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(topics[topic].retentionMs),
  'max.message.bytes': String(topics[topic].maxMessageBytes),
  // Any client can read any batch: codecs differ between clients.
  'compression.type': 'uncompressed',
  'min.insync.replicas': String(minInsyncReplicasOf(replicas)),
});

type Wanted = { readonly partitions: number; readonly replicas: number; readonly settings: Readonly<Record<string, string>> };

const creation = (admin: Admin, name: string, { partitions, replicas, settings }: Wanted): Step => ({
  kind: 'topic',
  name,
  action: 'create',
  details: [`${partitions} ${partitions === 1 ? 'partition' : 'partitions'}`, `replication ${replicas}`],
  apply: async () => {
    const configEntries = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }));
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: name, numPartitions: partitions, replicationFactor: replicas, configEntries }] });
  },
});

type Alteration = Pick<Wanted, 'settings'> & { readonly remark: string | undefined };

const alteration = (admin: Admin, name: string, existing: Existing, { settings, remark }: Alteration): Step => {
  const differing = Object.entries(settings).filter(([setting, value]) => existing.settings.get(setting)?.value !== value);
  return {
    kind: 'topic',
    name,
    action: differing.length > 0 ? 'change' : 'same',
    details: [
      ...differing.map(([setting, value]) => `${setting} ${existing.settings.get(setting)?.value ?? 'not set'} → ${value}`),
      ...(remark === undefined ? [] : [remark]),
    ],
    apply: async () => {
      if (differing.length === 0) return;
      // The call replaces all settings of the topic: those that others made go along.
      const own = [...existing.settings].filter(([, { isOwn }]) => isOwn).map(([setting, { value }]) => [setting, value] as const);
      const configEntries = Object.entries({ ...Object.fromEntries(own), ...settings }).map(([setting, value]) => ({ name: setting, value }));
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name, configEntries }] });
    },
  };
};

const existingTopics = async (admin: Admin, prefix: string): Promise<ReadonlyMap<string, Existing>> => {
  const present = new Set(await admin.listTopics());
  const names = Object.keys(topics).map(topic => `${prefix}${topic}`).filter(name => present.has(name));
  if (names.length === 0) return new Map();
  const metadata = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: names.map(name => ({ type: ConfigResourceTypes.TOPIC, name })) });
  return new Map(
    metadata.topics.map(({ name, partitions }) => {
      const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
      const settings = new Map(entries.map(({ configName, configValue, configSource }) => [configName, { value: configValue, isOwn: configSource === ConfigSource.TOPIC_CONFIG }]));
      const replicas = Math.min(...partitions.map(partition => partition.replicas.length));
      return [name, { partitions: partitions.length, replicas, settings }];
    }),
  );
};
