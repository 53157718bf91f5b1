/**
 * Who may do what on a secured stack, tried as everybody. All that is expected here is written down by hand, and not taken from topology: a
 * right more or less has to be wanted twice.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCertificates, runProgram, serviceEnvironment, startStack, tlsOf, type Identity, type ServiceName, type Stack } from '@bank/stack';
import { allowedOf, onCluster, onGroup, onTopic, toldOnCluster, toldOnTopics } from './testing/attempts.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs;

const resources = new AsyncDisposableStack();
let certificates: string;
let stack: Stack;
let admin: kafkajs.Admin;
let firstRun: Awaited<ReturnType<typeof runProgram>>;

const synchronizeAs = (name: ServiceName): ReturnType<typeof runProgram> => runProgram('synchronizer', { env: { ...serviceEnvironment(stack, name) } });

beforeAll(async () => {
  const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'privilege-')), path => rm(path, { recursive: true }));
  certificates = await createCertificates(join(folder, 'certs'));
  stack = resources.use(await startStack({ folder: join(folder, 'stack'), certificates }));
  firstRun = await synchronizeAs('synchronizer');
  admin = new Kafka({ brokers: [stack.brokers], ssl: await tlsOf(certificates, 'synchronizer'), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  resources.defer(() => admin.disconnect());
}, 90_000);
afterAll(() => resources.disposeAsync());

describe('the synchronizer', () => {
  const allow = { host: '*', permissionType: AclPermissionTypes.ALLOW, resourcePatternType: ResourcePatternTypes.LITERAL };
  const everyTopic = { ...allow, resourceType: AclResourceTypes.TOPIC, resourceName: '*' };
  const linesOf = (output: string, kind: string): readonly string[] => output.split('\n').filter(line => line.includes(`  ${kind}  `));

  it('gives every service its rights, and shows them in its plan', () => {
    expect(firstRun).toMatchObject({ code: 0 });
    expect(linesOf(firstRun.output, 'acl    ').map(line => line.replace(/ +/g, ' '))).toEqual([
      'create acl User:heartbeat (+ write topic heartbeat)',
      'create acl User:command-generator (+ read topic heartbeat, + read topic account_creation_feedback, + write topic confirm_account_creation, ' +
        '+ write topic confirm_money_transfer, + read group command-generator*)',
      'create acl User:command-handler (+ read topic confirm_account_creation, + read topic confirm_money_transfer, + write topic account_creation_feedback, ' +
        '+ write topic money_transfer_feedback, + write topic balance_changed, + write topic dead_letters, + read group command-handler*)',
      'create acl User:graphql-endpoint (+ read topic account_creation_feedback, + read topic money_transfer_feedback, + read topic balance_changed, ' +
        '+ write topic confirm_account_creation, + write topic confirm_money_transfer, + read group graphql-endpoint*, + delete group graphql-endpoint*)',
    ]);
  });

  it('changes nothing the second time', async () => {
    const { code, output } = await synchronizeAs('synchronizer');
    expect(code).toBe(0);
    expect(output).toMatch(/^0 to create, 0 to change, \d+ the same\nnothing to do\n$/m);
  });

  it('takes from a service what topology does not know, gives back what was taken, and leaves to others what they have', async () => {
    const onHeartbeat = { ...allow, resourceType: AclResourceTypes.TOPIC, resourceName: 'heartbeat', operation: AclOperationTypes.WRITE, principal: 'User:heartbeat' };
    await admin.createAcls({
      acl: [
        { ...everyTopic, principal: 'User:command-generator', operation: AclOperationTypes.ALL },
        { ...everyTopic, principal: 'User:auditor', operation: AclOperationTypes.READ },
      ],
    });
    await admin.deleteAcls({ filters: [onHeartbeat] });
    const { code, output } = await synchronizeAs('synchronizer');
    expect(code).toBe(0);
    expect(output).toMatch(/^change {2}acl {6}User:command-generator +\(− all topic \*\)$/m);
    expect(output).toMatch(/^create {2}acl {6}User:heartbeat +\(\+ write topic heartbeat\)$/m);
    expect(output).toContain('\nnot of this bank, left as it is: User:auditor read topic *\n');
    const { resources: left } = await admin.describeAcls({ ...everyTopic, operation: AclOperationTypes.ANY });
    expect(left.flatMap(({ acls }) => acls.map(({ principal }) => principal))).toEqual(['User:auditor']);
    expect((await synchronizeAs('synchronizer')).output).toContain('0 to create, 0 to change');
  });

  it('says in one line who may not do its work, and does none', async () => {
    const { code, output } = await synchronizeAs('command-handler');
    expect(code).toBe(1);
    expect(output).toBe('synchronizer: the brokers do not let this identity administer them, KAFKA_TLS_CERT_FILE should be the certificate of the synchronizer\n');
  });
});

describe('on Kafka', () => {
  /** Those who have a certificate, and no business with Kafka. */
  const strangers = ['postgres', 'registry', 'web'] as const;
  const superUsers = ['kafka', 'synchronizer'] as const;
  const connections = new Map<Identity, Connection>();

  beforeAll(async () => {
    const [host = '', port] = stack.brokers.split(':');
    for (const identity of ['heartbeat', 'command-generator', 'command-handler', 'graphql-endpoint', ...strangers, ...superUsers] as const) {
      const connection = new Connection(identity, { tls: await tlsOf(certificates, identity) });
      await connection.connect(host, Number(port));
      resources.defer(() => connection.close());
      connections.set(identity, connection);
    }
    // Kafka keeps no books of groups before somebody asks for one.
    await vi.waitFor(() => admin.fetchOffsets({ groupId: 'command-handler', topics: ['heartbeat'] }), { timeout: 10_000 });
  });

  const as = (identity: Identity): Connection => {
    const connection = connections.get(identity);
    if (!connection) throw new Error(`${identity} is not connected`);
    return connection;
  };

  describe('the topics', () => {
    const columns = [
      'heartbeat', 'confirm_account_creation', 'account_creation_feedback', 'confirm_money_transfer', 'money_transfer_feedback', 'balance_changed', 'dead_letters',
      // Kafka's own: how far each group is.
      '__consumer_offsets',
    ];
    const none: readonly string[] = [];
    const reads = ['read', 'see', 'see offsets'];
    const writes = ['write', 'see', 'see offsets'];
    const table = [
      //                     heartbeat  creation  feedback  transfer  feedback  changed  dead    offsets
      ['heartbeat',         [writes,    none,     none,     none,     none,     none,    none,   none]],
      ['command-generator', [reads,     writes,   reads,    writes,   none,     none,    none,   none]],
      ['command-handler',   [none,      reads,    writes,   reads,    writes,   writes,  writes, none]],
      ['graphql-endpoint',  [none,      writes,   reads,    writes,   reads,    reads,   none,   none]],
      ['postgres',          [none,      none,     none,     none,     none,     none,    none,   none]],
      ['registry',          [none,      none,     none,     none,     none,     none,    none,   none]],
      ['web',               [none,      none,     none,     none,     none,     none,    none,   none]],
    ] as const;

    it.each(table)('%s can read and write those of its work, see no other, and alter none', async (identity, expected) => {
      const allowed = await Promise.all(columns.map(async topic => [topic, await allowedOf(onTopic, as(identity), topic)]));
      expect(allowed).toEqual(columns.map((topic, at) => [topic, expected[at]]));
    });

    it.each(table)('%s is told the same by the broker', async (identity, expected) => {
      const told = columns.flatMap((topic, at) => {
        const [first] = expected[at] ?? [];
        return first === undefined ? [] : [[topic, [first.toUpperCase(), 'DESCRIBE']]];
      });
      expect(await toldOnTopics(as(identity))).toEqual(Object.fromEntries(told));
    });

    it.each(superUsers)('%s may do with each what it likes', async identity => {
      const everything = ['READ', 'WRITE', 'CREATE', 'DELETE', 'ALTER', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'];
      expect(await toldOnTopics(as(identity))).toEqual(Object.fromEntries(columns.slice(0, 7).map(topic => [topic, everything])));
    });
  });

  describe('the groups', () => {
    const columns = [
      'command-generator', 'command-generator-live-1', 'command-handler', 'graphql-endpoint', 'graphql-endpoint-live-1',
      // Nobody's, and every name that might be taken for one of all.
      'command', 'reporting', '*',
    ];
    const none: readonly string[] = [];
    const member = ['join', 'see', 'see offsets', 'commit offsets'];
    const owner = [...member, 'delete'];
    // Each commits for a topic that it may read, where there is one.
    it.each([
      //                                                          generator  live    handler  endpoint  live
      ['heartbeat',         'heartbeat',                         [none,      none,   none,    none,     none,   none, none, none]],
      ['command-generator', 'heartbeat',                         [member,    member, none,    none,     none,   none, none, none]],
      ['command-handler',   'confirm_money_transfer',            [none,      none,   member,  none,     none,   none, none, none]],
      ['graphql-endpoint',  'balance_changed',                   [none,      none,   none,    owner,    owner,  none, none, none]],
      ['postgres',          'balance_changed',                   [none,      none,   none,    none,     none,   none, none, none]],
      ['registry',          'balance_changed',                   [none,      none,   none,    none,     none,   none, none, none]],
      ['web',               'balance_changed',                   [none,      none,   none,    none,     none,   none, none, none]],
      ['synchronizer',      'balance_changed',                   [owner,     owner,  owner,   owner,    owner,  owner, owner, owner]],
    ] as const)('%s can be in its own, and in no other', async (identity, topic, expected) => {
      const allowed = await Promise.all(columns.map(async name => [name, await allowedOf(onGroup, as(identity), { name, topic })]));
      expect(allowed).toEqual(columns.map((name, at) => [name, expected[at]]));
    });
  });

  describe('the cluster', () => {
    it.each([
      // A producer that numbers its messages, so that none is written twice.
      ['heartbeat', ['write idempotently']],
      ['command-generator', ['write idempotently']],
      ['command-handler', ['write idempotently']],
      ['graphql-endpoint', ['write idempotently']],
      ['postgres', []],
      ['registry', []],
      ['web', []],
    ] as const)('%s can neither look into nor alter it', async (identity, expected) => {
      expect(await allowedOf(onCluster, as(identity), undefined)).toEqual(expected);
      expect(await toldOnCluster(as(identity))).toEqual([]);
    });

    it.each(superUsers)('%s may do with it what it likes', async identity => {
      expect(await toldOnCluster(as(identity))).toEqual(['CREATE', 'ALTER', 'DESCRIBE', 'CLUSTER_ACTION', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS', 'IDEMPOTENT_WRITE']);
    });
  });
});
