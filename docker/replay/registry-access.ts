/** The step registry-access of the compose file on a real secured broker: its ACLs, made by Kafka's own tool, let the registry do its work and no more. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import kafkajs from 'kafkajs';
import { tlsOf } from '@bank/stack';
import { installArtifacts } from '../../libs/stack/src/servers/artifacts.ts';
import { findJava } from '../../libs/stack/src/servers/java.ts';
import { dockerFolder, serviceOf } from '../compose-file.ts';

// Node does not see these names in the package's CommonJS: they come with its default.
const { ConfigResourceTypes, Kafka, logLevel } = kafkajs;

type Place = { readonly brokers: string; readonly certificates: string; readonly folder: string };

/** Makes the ACLs that the step would make. */
const allow = async ({ brokers, certificates, folder }: Place): Promise<void> => {
  const settings = readFileSync(join(dockerFolder, 'kafka/synchronizer.properties'), 'utf8');
  const keystore = join(folder, 'synchronizer.keystore.pem');
  writeFileSync(keystore, ['key', 'pem'].map(kind => readFileSync(join(certificates, `synchronizer.${kind}`), 'utf8')).join(''), { mode: 0o600 });
  const file = join(folder, 'synchronizer.properties');
  writeFileSync(file, settings.replace('/run/secrets/synchronizer.keystore.pem', keystore).replaceAll('/run/secrets', certificates));
  const [{ file: java }, { kafkaClassPath }] = await Promise.all([findJava(), installArtifacts()]);
  const common = ['--bootstrap-server', brokers, '--command-config', file, '--add', '--allow-principal', 'User:registry'];
  for (const [, rights = ''] of serviceOf('registry-access').command.join('\n').matchAll(/^allow (--.*)$/gm)) {
    await promisify(execFile)(java, ['-cp', kafkaClassPath, 'org.apache.kafka.tools.AclCommand', ...common, ...rights.split(' ')]);
  }
};

/**
 * Does what Confluent's registry does at its start, as the registry, and what it has no business to do.
 *
 * @throws Error when it is refused the one or allowed the other
 */
const useThem = async ({ brokers, certificates }: Place): Promise<void> => {
  const ssl = await tlsOf(certificates, 'registry');
  const kafka = new Kafka({ clientId: 'registry', brokers: brokers.split(','), ssl, logLevel: logLevel.NOTHING, retry: { retries: 2 } });
  await using resources = new AsyncDisposableStack();
  const [admin, producer, consumer] = [kafka.admin(), kafka.producer(), kafka.consumer({ groupId: 'schema-registry' })];
  for (const client of [admin, producer, consumer]) {
    await client.connect();
    resources.defer(() => client.disconnect());
  }
  const topic = '_schemas';
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }] });
  await admin.describeConfigs({ includeSynonyms: false, resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }] });
  await producer.send({ topic, messages: [{ key: 'noop', value: null }] });
  const { promise: received, resolve } = Promise.withResolvers<void>();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: () => {
      resolve();
      return Promise.resolve();
    } });
  await received;
  const refused = await producer.send({ topic: 'heartbeat', messages: [{ value: null }] }).then(() => undefined, (error: unknown) => String(error));
  if (refused === undefined || !/authoriz/i.test(refused)) throw new Error(`the registry may write to heartbeat, or: ${String(refused)}`);
};

export const proveRegistryAccess = async (place: Place): Promise<void> => {
  await allow(place);
  await useThem(place);
  console.log('registry-access: the registry may keep its schemas on Kafka, and do nothing else there');
};
