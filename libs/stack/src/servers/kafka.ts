/** A Kafka node, broker and controller in one process, on 127.0.0.1 only: alone, or one of a cluster. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../files.ts';
import { runChild, type Command } from '../process/child.ts';
import { loopback } from '../process/ports.ts';
import { authorityFile, keystoreFile, tlsOf } from '../security.ts';
import type { Service } from '../supervisor/part.ts';
import { installArtifacts } from './artifacts.ts';
import { sharedClasses } from './class-archive.ts';
import { findJava } from './java.ts';
import { isInCluster } from './kafka-answer.ts';
import { replicationSettings } from './replication.ts';

/** A node's place in a cluster of several. */
export type Membership = {
  /** The same for all nodes: 16 bytes in base64url. */
  readonly clusterId: string;
  /** From 1. */
  readonly nodeId: number;
  /** Of all nodes, in the order of their ids. */
  readonly controllerPorts: readonly number[];
};

export type KafkaOptions = {
  /** Holds the log and the settings. */
  readonly folder: string;
  readonly port: number;
  readonly controllerPort: number;
  /** Alone when left out. */
  readonly member?: Membership;
  /** What matters: to be there soon, for a test; or to carry much, for a bank. */
  readonly tuning: 'quick start' | 'throughput';
  /** The folder of certificates, for a broker that speaks TLS only, knows every client by its certificate, and denies what is not allowed. */
  readonly certificates?: string | undefined;
  /** Options for Java in place of those that use the archive of classes. */
  readonly javaOptions?: readonly string[];
};

/** The id of a node that is alone. */
export const soleNodeId = 1;

/** An id for a cluster that is to be. */
export const newClusterId = (): string => randomBytes(16).toString('base64url');

const membershipOf = ({ controllerPort, member }: KafkaOptions): Membership =>
  member ?? { clusterId: newClusterId(), nodeId: soleNodeId, controllerPorts: [controllerPort] };

/** As topology's access has them: brokers among themselves, and who makes topics and ACLs. */
const superUsers = ['kafka', 'synchronizer'];

const plaintext = {
  'inter.broker.listener.name': 'PLAINTEXT',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
};

const secured = (certificates: string) => ({
  'inter.broker.listener.name': 'SSL',
  // The controller's too: else any process of this machine could be an administrator there.
  'listener.security.protocol.map': 'SSL:SSL,CONTROLLER:SSL',
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.location': keystoreFile(certificates),
  'ssl.truststore.type': 'PEM',
  'ssl.truststore.location': authorityFile(certificates),
  'ssl.client.auth': 'required',
  'ssl.endpoint.identification.algorithm': 'https',
  'ssl.enabled.protocols': 'TLSv1.3',
  // User:heartbeat is who has a certificate for CN=heartbeat.
  'ssl.principal.mapping.rules': 'RULE:^CN=([a-z0-9-]+)$/$1/',
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': superUsers.map(name => `User:${name}`).join(';'),
  'allow.everyone.if.no.acl.found': false,
});

const settingsOf = (
  { folder, port, controllerPort, certificates }: KafkaOptions, { nodeId, controllerPorts }: Membership, listener = certificates === undefined ? 'PLAINTEXT' : 'SSL',
) => ({
  'process.roles': 'broker,controller',
  'node.id': nodeId,
  'controller.quorum.voters': controllerPorts.map((voter, at) => `${at + 1}@${loopback}:${voter}`).join(','),
  'listeners': `${listener}://${loopback}:${port},CONTROLLER://${loopback}:${controllerPort}`,
  'advertised.listeners': `${listener}://${loopback}:${port}`,
  'controller.listener.names': 'CONTROLLER',
  ...(certificates === undefined ? plaintext : secured(certificates)),
  'log.dirs': join(folder, 'log'),
  'auto.create.topics.enable': false,
  ...replicationSettings(controllerPorts.length),
  // A bank on one machine needs few partitions for Kafka's own books.
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.num.partitions': 4,
  // A group starts at once, and a test may notice within a second that a member died.
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  // After a kill −9 the controller, which is this very process, takes a new broker only when the session of the old one is over.
  'broker.heartbeat.interval.ms': 500,
  'broker.session.timeout.ms': 3_000,
  // Threads and buffers for a machine of a few cores: the defaults take 128 MB for the cleaner alone.
  'num.network.threads': 2,
  'num.io.threads': 4,
  'log.cleaner.dedupe.buffer.size': 10_485_760,
});

const heap = ['-Xms128m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:-UsePerfData'];
/** Leaves out the optimising compiler: a start takes a third less time and half the processor's, a busy hour takes more. */
const quick = '-XX:TieredStopAtLevel=1';

/** Tells of the server's life and of its consumer groups; each partition's and each setting's would drown that. */
const logging = `
rootLogger.level = warn
rootLogger.appenderRef.stdout.ref = stdout
logger.server.name = kafka.server
logger.server.level = info
logger.settings.name = kafka.server.KafkaConfig
logger.settings.level = warn
logger.groups.name = org.apache.kafka.coordinator.group
logger.groups.level = info
# Who was refused: what was denied, and connections without a certificate that counts.
logger.denials.name = kafka.authorizer.logger
logger.denials.level = info
logger.connections.name = org.apache.kafka.common.network.Selector
logger.connections.level = info
appender.stdout.type = Console
appender.stdout.name = stdout
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = %d{ISO8601} %p %m (%c{1})%n
`;

/** Writes the settings of the server and of its log, and returns where they are. */
const writeSettings = async (options: KafkaOptions, member: Membership): Promise<{ settings: string; logSettings: string }> => {
  const settings = join(options.folder, 'server.properties');
  const logSettings = join(options.folder, 'log4j2.properties');
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  await writeFile(settings, Object.entries(settingsOf(options, member)).map(([key, value]) => `${key}=${value}\n`).join(''));
  await writeFile(logSettings, logging);
  return { settings, logSettings };
};

const format = (clusterId: string, settings: string): string[] =>
  ['kafka.tools.StorageTool', 'format', `--cluster-id=${clusterId}`, '--config', settings, '--ignore-formatted'];

const commandOf = async (options: KafkaOptions, logFile: string): Promise<Command> => {
  const { folder: cwd, tuning } = options;
  const [{ file, version }, artifacts] = await Promise.all([findJava(), installArtifacts()]);
  const member = membershipOf(options);
  const { settings, logSettings } = await writeSettings(options, member);
  const archive = await sharedClasses(artifacts, version, 'kafka');
  const classPath = ['-cp', artifacts.kafkaClassPath];
  const isFormatted = await isThere(join(cwd, 'log/meta.properties'));
  const formatting = [...heap, quick, ...archive, ...classPath, ...format(member.clusterId, settings)];
  if (!isFormatted) await runChild({ file, args: formatting, cwd }, logFile);
  const compiler = tuning === 'quick start' ? [quick] : [];
  const java = [...heap, ...compiler, ...(options.javaOptions ?? archive), `-Dlog4j2.configurationFile=${logSettings}`, ...classPath];
  return { file, args: [...java, 'kafka.Kafka', settings], cwd };
};

/** Kafka as a part of a stack. */
export const kafka = (options: KafkaOptions, needs: readonly string[]): Service => ({
  kind: 'service',
  name: options.member ? `kafka-${options.member.nodeId}` : 'kafka',
  needs,
  ports: [options.port, options.controllerPort],
  command: logFile => commandOf(options, logFile),
  isReady: async () => isInCluster(options.port, options.certificates === undefined ? undefined : await tlsOf(options.certificates, 'kafka')),
  stopSignal: 'SIGTERM',
  graceMs: 20_000,
  startAttempts: 1,
});
