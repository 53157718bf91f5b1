/** What the image of Kafka makes of the compose file's variables: by the very program that it runs at its start. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installArtifacts } from '../libs/stack/src/servers/artifacts.ts';
import { findJava } from '../libs/stack/src/servers/java.ts';
import { serviceOf } from './compose-file.ts';
import { makeCertificates } from './testing/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'kafka-'));
const certificates = makeCertificates('kafka');
const defaults = join(folder, 'defaults');
const nowhere = join(folder, 'mounted');

/** The settings that a broker gets; its storage is formatted by them as well, so Kafka itself has read them. */
const settingsOf = async (name: string): Promise<ReadonlyMap<string, string>> => {
  const final = join(folder, name);
  mkdirSync(final);
  const given = Object.entries(serviceOf(name).environment).map(([variable, value]) => [
    variable, String(value).replace('/run/secrets', certificates).replace('/var/lib/kafka/data', join(final, 'data')),
  ]);
  const [{ file }, { kafkaClassPath }] = await Promise.all([findJava(), installArtifacts()]);
  execFileSync(file, [
    '-XX:TieredStopAtLevel=1', '-cp', kafkaClassPath, 'kafka.docker.KafkaDockerWrapper', 'setup',
    '--default-configs-dir', defaults, '--mounted-configs-dir', nowhere, '--final-configs-dir', final,
  ], { env: { PATH: process.env['PATH'], ...Object.fromEntries(given) as Record<string, string> }, encoding: 'utf8', stdio: 'pipe' });
  const lines = readFileSync(join(final, 'server.properties'), 'utf8').split('\n').filter(line => line.includes('='));
  return new Map(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
};

beforeAll(() => {
  for (const path of [defaults, nowhere]) mkdirSync(path);
  // Those of the image, which are used when nothing is set.
  for (const file of ['server.properties', 'log4j2.yaml', 'tools-log4j2.yaml']) writeFileSync(join(defaults, file), '');
});

afterAll(() => {
  for (const made of [folder, certificates]) rmSync(made, { recursive: true });
});

describe('a broker of the compose file', () => {
  it('gets the settings of the secured bank', async () => {
    const settings = await settingsOf('kafka-2');
    expect(Object.fromEntries(settings)).toMatchObject({
      'node.id': '2',
      'process.roles': 'broker,controller',
      'listeners': 'CLIENTS://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093',
      'advertised.listeners': 'CLIENTS://kafka-2:9092',
      'listener.security.protocol.map': 'CLIENTS:SSL,CONTROLLER:SSL',
      'inter.broker.listener.name': 'CLIENTS',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': join(certificates, 'kafka.keystore.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.client.auth': 'required',
      'ssl.endpoint.identification.algorithm': 'https',
      'ssl.enabled.protocols': 'TLSv1.3',
      'ssl.principal.mapping.rules': 'RULE:^CN=([a-z0-9-]+)$/$1/',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:kafka;User:synchronizer',
      'allow.everyone.if.no.acl.found': 'false',
      'default.replication.factor': '3',
      'min.insync.replicas': '2',
      'auto.create.topics.enable': 'false',
    });
  });

  it('has its storage formatted by them, as one of the cluster of three', async () => {
    await settingsOf('kafka-3');
    const meta = readFileSync(join(folder, 'kafka-3/data/meta.properties'), 'utf8');
    expect(meta).toContain('node.id=3');
    expect(meta).toContain(`cluster.id=${String(serviceOf('kafka-3').environment['CLUSTER_ID'])}`);
  });

  it('is not taken by the image for one with passwords on its keystores', () => {
    // The image asks for them when this text holds SSL://.
    expect(serviceOf('kafka-1').environment['KAFKA_ADVERTISED_LISTENERS']).not.toContain('SSL://');
  });
});
