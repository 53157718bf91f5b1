/**
 * What somebody may try on a broker, each as one request of Kafka's protocol that needs nothing done before, on a connection with a certificate.
 * What changes something asks to be validated only, where the protocol knows that.
 */
import {
  AclOperations, AclPermissionTypes, alterPartitionReassignmentsV0, ConfigResourceTypes, createAclsV3, createPartitionsV3, createTopicsV7,
  deleteAclsV3, deleteGroupsV2, deleteRecordsV2, deleteTopicsV6, describeAclsV3, describeClusterV1, DescribeClusterEndpointTypes, describeConfigsV4,
  describeGroupsV5, fetchV12, incrementalAlterConfigsV1, IncrementalAlterConfigOperationTypes, initProducerIdV4, joinGroupV9, listOffsetsV8,
  metadataV12, offsetCommitV8, offsetFetchV8, produceV11, ResourcePatternTypes, ResourceTypes, type Connection,
} from '@platformatic/kafka';
import { brokerErrorOf } from '@bank/messaging';

type Attempt<Target> = (connection: Connection, target: Target) => Promise<unknown>;

const patienceMs = 5_000;
const isValidatedOnly = true;

const creation = (name: string) => ({ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] });

const setting = (resourceType: 2 | 4, resourceName: string, name: string, value: string) =>
  [{ resourceType, resourceName, configs: [{ name, configOperation: IncrementalAlterConfigOperationTypes.SET, value }] }];

export const onTopic = {
  // The newest version that names a topic, which this client has in the field for its id.
  'read': (connection, name) => fetchV12.api.async(connection, 0, 0, 1_024, 0, 0, -1, [
    { topicId: name, partitions: [{ partition: 0, currentLeaderEpoch: -1, fetchOffset: 0n, lastFetchedEpoch: -1, partitionMaxBytes: 1_024 }] },
  ], [], ''),
  'write': (connection, name) => produceV11.api.async(connection, -1, patienceMs, [{ topic: name, partition: 0, value: Buffer.from('tried') }]),
  'see': (connection, name) => metadataV12.api.async(connection, [{ name }]),
  'see offsets': (connection, name) => listOffsetsV8.api.async(connection, -1, 0, [
    { name, partitions: [{ partitionIndex: 0, currentLeaderEpoch: -1, timestamp: -1n }] },
  ]),
  'see settings': (connection, name) => describeConfigsV4.api.async(connection, [{ resourceType: ConfigResourceTypes.TOPIC, resourceName: name }]),
  'alter settings': (connection, name) =>
    incrementalAlterConfigsV1.api.async(connection, setting(ConfigResourceTypes.TOPIC, name, 'retention.ms', '1000'), isValidatedOnly),
  'add partitions': (connection, name) => createPartitionsV3.api.async(connection, [{ name, count: 50, assignments: null }], patienceMs, isValidatedOnly),
  'create': (connection, name) => createTopicsV7.api.async(connection, [creation(name)], patienceMs, isValidatedOnly),
  'delete records': (connection, name) => deleteRecordsV2.api.async(connection, [{ name, partitions: [{ partitionIndex: 0, offset: 0n }] }], patienceMs),
  'delete': (connection, name) => deleteTopicsV6.api.async(connection, [{ name }], patienceMs),
} as const satisfies Record<string, Attempt<string>>;

export type Group = {
  readonly name: string;
  /** One for which an offset is committed. */
  readonly topic: string;
};

export const onGroup = {
  'join': (connection, { name }) => joinGroupV9.api.async(connection, name, 6_000, 6_000, '', null, 'consumer', [{ name: 'RoundRobinAssigner', metadata: Buffer.alloc(0) }]),
  'see': (connection, { name }) => describeGroupsV5.api.async(connection, [name], false),
  'see offsets': (connection, { name, topic }) =>
    offsetFetchV8.api.async(connection, [{ groupId: name, memberEpoch: -1, topics: [{ name: topic, partitionIndexes: [0] }] }], false),
  // As a member that the group does not know.
  'commit offsets': (connection, { name, topic }) => offsetCommitV8.api.async(connection, name, 1, 'nobody', null, [
    { name: topic, partitions: [{ partitionIndex: 0, committedOffset: 0n, committedLeaderEpoch: -1 }] },
  ]),
  'delete': (connection, { name }) => deleteGroupsV2.api.async(connection, [name]),
} as const satisfies Record<string, Attempt<Group>>;

const anAcl = {
  resourceType: ResourceTypes.TOPIC,
  resourceName: '*',
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:*',
  host: '*',
  operation: AclOperations.ALL,
  permissionType: AclPermissionTypes.ALLOW,
};

export const onCluster = {
  'create a topic': connection => createTopicsV7.api.async(connection, [creation('another')], patienceMs, isValidatedOnly),
  'see ACLs': connection => describeAclsV3.api.async(connection, anAcl),
  'create an ACL': connection => createAclsV3.api.async(connection, [anAcl]),
  'delete an ACL': connection => deleteAclsV3.api.async(connection, [anAcl]),
  'see settings': connection => describeConfigsV4.api.async(connection, [{ resourceType: ConfigResourceTypes.BROKER, resourceName: '1' }]),
  'alter settings': connection => incrementalAlterConfigsV1.api.async(connection, setting(ConfigResourceTypes.BROKER, '1', 'log.cleaner.threads', '2'), isValidatedOnly),
  'move partitions': connection => alterPartitionReassignmentsV0.api.async(connection, patienceMs, false, [{ name: 'another', partitions: [{ partitionIndex: 0, replicas: [1] }] }]),
  'begin a transaction': connection => initProducerIdV4.api.async(connection, 'a transaction', 1_000),
  'write idempotently': connection => initProducerIdV4.api.async(connection, null, 1_000),
} as const satisfies Record<string, Attempt<undefined>>;

/** What the broker says to who may, but asks for what is already so, for what is not there, or not yet where it has to be asked. */
const otherAnswers: readonly unknown[] = [
  'TOPIC_ALREADY_EXISTS', 'UNKNOWN_TOPIC_OR_PARTITION', 'MEMBER_ID_REQUIRED', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND', 'NOT_COORDINATOR',
  'COORDINATOR_LOAD_IN_PROGRESS',
];

/**
 * Which of some attempts the broker lets somebody make; all are made at once.
 *
 * @throws what failed otherwise than by being refused
 */
export const allowedOf = async <Target>(
  attempts: Readonly<Record<string, Attempt<Target>>>, connection: Connection, target: Target,
): Promise<readonly string[]> => {
  const tried = Object.entries(attempts).map(async ([name, attempt]) => ((await isAllowed(attempt(connection, target))) ? [name] : []));
  return (await Promise.all(tried)).flat();
};

const isAllowed = async (answer: Promise<unknown>): Promise<boolean> => {
  try {
    await answer;
    return true;
  } catch (error) {
    const reason = brokerErrorOf(error);
    if (reason?.endsWith('AUTHORIZATION_FAILED')) return false;
    if (otherAnswers.includes(reason)) return true;
    throw error;
  }
};

/** The operations of a bit field, which has one bit for each. */
const operationsIn = (bits: number): readonly string[] => Object.entries(AclOperations).flatMap(([name, bit]) => ((bits >> bit) % 2 === 1 ? [name] : []));

/** What the broker itself says that somebody may do on each topic of which it tells him at all, but for its own. */
export const toldOnTopics = async (connection: Connection): Promise<Readonly<Record<string, readonly string[]>>> => {
  const { topics } = await metadataV12.api.async(connection, null, false, true);
  return Object.fromEntries(topics.flatMap(({ name, isInternal, topicAuthorizedOperations: bits }) => (isInternal ? [] : [[String(name), operationsIn(bits)]])));
};

/** What the broker itself says that somebody may do with the cluster. */
export const toldOnCluster = async (connection: Connection): Promise<readonly string[]> =>
  operationsIn((await describeClusterV1.api.async(connection, true, DescribeClusterEndpointTypes.BROKERS)).clusterAuthorizedOperations);
