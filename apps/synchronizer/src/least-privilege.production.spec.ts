/**
 * Who may do what on a secured stack, tried as everybody. All that is expected here is written down by hand, and not taken from topology: a
 * right more or less has to be wanted twice.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@platformatic/kafka';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createCertificates, createSuite, runProgram, serviceEnvironment, startProgram, startStack, tlsOf,
  type Identity, type Program, type ServiceName, type Stack, type Suite,
} from '@bank/stack';
import { allowedOf, onCluster, onGroup, onTopic, toldOnCluster, toldOnTopics } from './testing/attempts.ts';
import { Guest, onDatabase, onServer } from './testing/database-attempts.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, Kafka, logLevel, ResourcePatternTypes } = kafkajs;

const resources = new AsyncDisposableStack();
let certificates: string;
let stack: Stack;
let kafka: kafkajs.Kafka;
let admin: kafkajs.Admin;
let firstRun: Awaited<ReturnType<typeof runProgram>>;
let handler: Awaited<ReturnType<Suite['createServiceDatabase']>>;
let endpoint: typeof handler;

const synchronizeAs = (name: ServiceName): ReturnType<typeof runProgram> => runProgram('synchronizer', { env: { ...serviceEnvironment(stack, name) } });

beforeAll(async () => {
  const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'privilege-')), path => rm(path, { recursive: true }));
  certificates = await createCertificates(join(folder, 'certs'));
  stack = resources.use(await startStack({ folder: join(folder, 'stack'), certificates }));
  firstRun = await synchronizeAs('synchronizer');
  kafka = new Kafka({ brokers: [stack.brokers], ssl: await tlsOf(certificates, 'synchronizer'), logLevel: logLevel.NOTHING });
  admin = kafka.admin();
  await admin.connect();
  resources.defer(() => admin.disconnect());
  const suite = resources.use(await createSuite(stack));
  [handler, endpoint] = [await suite.createServiceDatabase(), await suite.createServiceDatabase()];
  for (const [app, DATABASE_URL] of [['command-handler', handler.ownerUrl], ['graphql-endpoint', endpoint.ownerUrl]] as const) {
    expect(await runProgram(app, { env: { DATABASE_URL }, args: ['migrate'] })).toMatchObject({ code: 0 });
  }
});
afterAll(() => resources.disposeAsync());

describe('every service', () => {
  const users = { EMPLOYEE_USERNAME: 'employee', EMPLOYEE_PASSWORD: 'a long enough password', FRONTEND_DIR: '/nowhere', RESULTS_DIR: '/nowhere', SEED_DIR: '/nowhere' };
  const envOf = (name: ServiceName, own: Readonly<Record<string, string>>) => ({ env: { ...serviceEnvironment(stack, name), ...own } });
  const countIn = async ({ url }: Program, metric: string): Promise<number> => {
    const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter(line => line.startsWith(metric));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };

  it('does all its work with what it may, and is refused nothing', async () => {
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'confirm_money_transfer', messages: [{ value: 'no command' }] });
    await producer.disconnect();
    {
      await using settling = await startProgram('command-handler', envOf('command-handler', { DATABASE_URL: handler.url }));
      await using serving = await startProgram('graphql-endpoint', envOf('graphql-endpoint', { DATABASE_URL: endpoint.url, ...users }));
      await using generating = await startProgram('command-generator', envOf('command-generator', { RUN_ID: randomUUID() }));
      await using beating = await startProgram('heartbeat', envOf('heartbeat', { HEARTBEAT_INTERVAL_MS: '50' }));
      const query = 'mutation { openAccount(username: "anna the first", password: "a long enough password") { __typename } }';
      const opened = await fetch(`${serving.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) });
      expect(await opened.json()).toEqual({ data: { openAccount: { __typename: 'LoggedIn' } } });
      const waiting = { timeout: 20_000 };
      await expect.poll(() => countIn(settling, 'dead_letters_total{'), waiting).toBe(1);
      await expect.poll(() => countIn(generating, 'command_generator_accounts_known'), waiting).toBeGreaterThan(0);
      await expect.poll(() => countIn(serving, 'endpoint_transactions_projected_total'), waiting).toBeGreaterThan(0);
      expect(await countIn(beating, 'heartbeat_sent_total')).toBeGreaterThan(0);
    }
    // Its group begins anew, which is a right of its own. An endpoint that could not take leave in time is in it until its session ends.
    const rebuild = (): ReturnType<typeof runProgram> => runProgram('graphql-endpoint', { ...envOf('graphql-endpoint', { DATABASE_URL: endpoint.url }), args: ['rebuild'] });
    await expect.poll(rebuild, { timeout: 60_000 }).toMatchObject({ code: 0 });
    expect((await readFile(join(stack.folder, 'logs/kafka.log'), 'utf8')).split('\n').filter(line => line.includes(' is Denied '))).toEqual([]);
  });
});

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
    expect(output).toContain("\nno service's of this bank, left as it is: User:auditor read topic *\n");
    const { resources: left } = await admin.describeAcls({ ...everyTopic, operation: AclOperationTypes.ANY });
    expect(left.flatMap(({ acls }) => acls.map(({ principal }) => principal))).toEqual(['User:auditor']);
    expect((await synchronizeAs('synchronizer')).output).toMatch(/^0 to create, 0 to change, \d+ the same\n.*auditor.*\nnothing to do\n$/m);
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

describe('in PostgreSQL', () => {
  type Role = 'handler' | 'owner of the handler’s' | 'endpoint' | 'owner of the endpoint’s' | 'registry';
  let urls: Readonly<Record<Role, string>>;

  beforeAll(async () => {
    const password = await readFile(join(stack.folder, 'secrets/registry'), 'utf8');
    urls = {
      'handler': handler.url,
      'owner of the handler’s': handler.ownerUrl,
      'endpoint': endpoint.url,
      'owner of the endpoint’s': endpoint.ownerUrl,
      'registry': Object.assign(new URL(stack.adminDatabaseUrl), { username: 'registry', password, pathname: 'registry' }).href,
    };
  });

  /** Whether PostgreSQL lets a role in, as whom it has proven itself, to the database of this path. */
  const enters = async (role: Role, pathname: string): Promise<'enters' | 'refused'> => {
    try {
      const guest = await Guest.enter(Object.assign(new URL(urls[role]), { pathname }).href);
      await guest[Symbol.asyncDispose]();
      return 'enters';
    } catch (error) {
      expect(String(error)).toMatch(/permission denied for database/);
      return 'refused';
    }
  };

  it.each([
    //                            handler's  endpoint's registry's postgres   template1
    ['handler',                  ['enters',  'refused', 'refused', 'refused', 'refused']],
    ['owner of the handler’s',   ['enters',  'refused', 'refused', 'refused', 'refused']],
    ['endpoint',                 ['refused', 'enters',  'refused', 'refused', 'refused']],
    ['owner of the endpoint’s',  ['refused', 'enters',  'refused', 'refused', 'refused']],
    ['registry',                 ['refused', 'refused', 'enters',  'refused', 'refused']],
  ] as const)('the %s enters its own database and no other', async (role, expected) => {
    const paths = [new URL(urls.handler).pathname, new URL(urls.endpoint).pathname, 'registry', 'postgres', 'template1'];
    expect(await Promise.all(paths.map(path => enters(role, path)))).toEqual(expected);
  });

  const rows = ['select', 'insert', 'update', 'delete'];
  it.each([
    ['handler', { accounts: rows, ledger: rows, migrations: rows, settled_offsets: rows }],
    ['endpoint', { accounts: rows, commands: rows, migrations: rows, projected_offsets: rows, sessions: rows, transactions: rows, transfers: rows, users: rows }],
  ] as const)('the %s reads and writes rows, and makes, alters and drops no table', async (role, tables) => {
    await using guest = await Guest.enter(urls[role]);
    expect(await guest.allowedOnTables()).toEqual(tables);
    expect(await guest.allowedOf(onDatabase)).toEqual([]);
  });

  it.each(['owner of the handler’s', 'owner of the endpoint’s'] as const)('the %s makes, alters and drops tables', async role => {
    await using guest = await Guest.enter(urls[role]);
    const everything = [...rows, 'truncate', 'alter', 'drop'];
    expect(new Set(Object.values(await guest.allowedOnTables()).flat())).toEqual(new Set(everything));
    expect(await guest.allowedOf(onDatabase)).toEqual(['create a table', 'create a schema', 'create a temporary table']);
  });

  it.each(['handler', 'owner of the handler’s', 'endpoint', 'owner of the endpoint’s', 'registry'] as const)('the %s has no right on the server', async role => {
    await using guest = await Guest.enter(urls[role]);
    expect(await guest.allowedOf(onServer)).toEqual([]);
  });
});
