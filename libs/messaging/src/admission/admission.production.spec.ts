import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { createSuite, freePorts, runProgram, serviceEnvironment, startStack, synchronize, type Stack, type Suite } from '@bank/stack';
import { installedClients } from '../clients.ts';
import { connectionOf, messagingVariables, type Connection } from '../connection.ts';
import { Consumer } from '../consumer.ts';
import { kafkajsClient } from '../kafkajs/client.ts';
import { Producer } from '../producer.ts';
import { identityIn, makeCertificateFor, makeCertificates } from '../testing/certificates.ts';
import type { TlsFiles } from '../tls.ts';
import { assertAdmitted, type Wanted } from './admission.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const listeningAt = async (server: Server, host = '127.0.0.1'): Promise<string> => {
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `${host}:${(server.address() as AddressInfo).port}`;
};

/** The address of a port of this machine by another of its hosts. */
const wayFrom = (host: string, port: number): Promise<string> => listeningAt(createServer(incoming => {
  const outgoing = connect(port, '127.0.0.1').on('error', () => incoming.destroy());
  incoming.on('error', () => outgoing.destroy()).pipe(outgoing).pipe(incoming);
}), host);

const soon = (): AbortSignal => AbortSignal.timeout(25_000);

/** Takes until nothing more can be taken, and commits, as a service does. */
const untilLost = async (consumer: Consumer<'heartbeat'>): Promise<void> => {
  for (const signal = soon(); !signal.aborted;) await consumer.commit(await consumer.take({ max: 1_000, signal }));
};

describe('a secured broker', () => {
  let folder = '';
  let ours = '';
  let others = '';
  let stack: Stack;
  let suite: Suite;
  let admin: kafkajs.Admin;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'admission-'));
    [ours, others] = [join(folder, 'ours'), join(folder, 'others')];
    await Promise.all([
      makeCertificates(ours, ['kafka', 'postgres', 'registry', 'synchronizer', 'heartbeat', 'command-generator', 'command-handler']),
      makeCertificates(others, ['kafka', 'heartbeat']),
    ]);
    stack = await startStack({ certificates: ours });
    suite = await createSuite(stack);
    await synchronize(suite.env);
    admin = kafkajsClient(connectionOf('spec', z.object(messagingVariables).parse(suite.env))).admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin.disconnect();
    await suite[Symbol.asyncDispose]();
    await stack[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  const connectionAs = (name: 'heartbeat' | 'command-generator', changes: Partial<Connection> = {}): Connection =>
    ({ ...connectionOf(name, z.object(messagingVariables).parse({ ...suite.env, ...serviceEnvironment(stack, name) })), ...changes });
  /** A broker that is slow to answer counts as one that is away, which refuses nobody: it is asked again. */
  const polled = { timeout: 20_000 };
  const refusal = (tls: TlsFiles, brokers: readonly string[] = [stack.brokers]) =>
    expect.poll(() => assertAdmitted({ clientId: 'heartbeat', brokers, tls }).then(() => 'none', String), polled);
  const refusalTo = (connect: () => Promise<AsyncDisposable>) =>
    expect.poll(() => connect().then(client => client[Symbol.asyncDispose](), String), polled);
  const heartbeat = (): Required<TlsFiles> => identityIn(ours, 'heartbeat');

  it('admits an identity of its authority', async () => {
    await refusal(heartbeat()).toBe('none');
  });

  it('refuses who has no certificate', async () => {
    await refusal({ ca: heartbeat().ca }).toBe(
      `RefusedError: the broker at ${stack.brokers} lets nobody in without a certificate: set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE`);
  });

  it('refuses the certificate of another authority, which is told without it, too', async () => {
    const theirs = identityIn(others, 'heartbeat');
    await refusal({ ...theirs, ca: heartbeat().ca }).toMatch(/^RefusedError: the certificate of CN=heartbeat in \S+ was not issued by an authority in \S+ours\/ca\.pem/);
    const both = join(folder, 'both.pem');
    await writeFile(both, `${await readFile(theirs.ca, 'utf8')}${await readFile(heartbeat().ca, 'utf8')}`);
    await refusal({ ...theirs, ca: both }).toMatch(/^RefusedError: the broker at \S+ refuses the certificate in \S+others\/heartbeat\.pem: give one that is of the authority it trusts/);
  });

  it('is refused when another authority made its certificate', async () => {
    await refusal(identityIn(others, 'heartbeat')).toMatch(/^RefusedError: the broker at \S+ shows a certificate that was issued by no authority that this service trusts/);
  });

  it('is refused under a name that is not in its certificate', async () => {
    const elsewhere = await wayFrom('127.0.0.2', Number(stack.brokers.split(':')[1]));
    await refusal(heartbeat(), [elsewhere]).toMatch(/^RefusedError: the broker at 127\.0\.0\.2:\d+ shows a certificate that is of another host: .*IP: 127\.0\.0\.2 is not in the cert's list/);
    // Wrongly set up itself, it stops nobody whom another lets in.
    await refusal(heartbeat(), [elsewhere, stack.brokers]).toBe('none');
  });

  it.each([
    ['expired', ['20200101', '20200201'], /expired at 2020-02-01T00:00:00\.000Z: renew it$/],
    ['not yet valid', ['20450101', '20450201'], /is valid from 2045-01-01T00:00:00\.000Z on only/],
  ] as const)('is not asked with a certificate that is %s; one that shows such a certificate is refused', async (_name, dates, words) => {
    const made = await makeCertificateFor(ours, 'kafka', dates);
    await refusal(made).toMatch(words);
    const [key, cert] = await Promise.all([readFile(made.key), readFile(made.cert)]);
    const broker = await listeningAt(createTlsServer({ key, cert }));
    await refusal(heartbeat(), [broker]).toMatch(/^RefusedError: the broker at \S+ shows a certificate that (has expired|is not valid yet): /);
  });

  it('is not asked with a key that does not match, or with files that hold something else', async () => {
    const { ca, cert, key } = heartbeat();
    await refusal({ ca, cert, key: identityIn(ours, 'kafka').key }).toMatch(/^RefusedError: the key in \S+kafka\.key does not match the certificate of CN=heartbeat in \S+heartbeat\.pem/);
    await refusal({ ca, cert: key, key }).toBe(`RefusedError: ${key} does not hold a certificate in PEM`);
    await refusal({ ca, cert, key: cert }).toBe(`RefusedError: ${cert} does not hold a key without a password in PEM`);
  });

  it('that is away refuses nobody, whatever the others say', async () => {
    const [port] = await freePorts(1);
    const silent = await listeningAt(createServer());
    await refusal(heartbeat(), [`127.0.0.1:${port}`, silent]).toBe('none');
    await refusal({ ca: heartbeat().ca }, [silent, stack.brokers]).toContain('lets nobody in without a certificate');
  });

  describe.each(installedClients())('by %s', client => {
    it('serves its clients', async () => {
      await using producer = await Producer.connect(connectionAs('heartbeat', { client }), ['heartbeat']);
      await producer.send([{ topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: 1n } } }]);
      await using consumer = await Consumer.connect(connectionAs('command-generator', { client }), { group: `command-generator-${client}`, topics: ['heartbeat'], from: 'beginning' });
      expect(await consumer.take({ max: 1, signal: soon() })).toHaveLength(1);
    });

    it('tells who comes without TLS', async () => {
      const { tls, ...plain } = connectionAs('heartbeat', { client });
      expect(tls).toBeDefined();
      await refusalTo(() => Producer.connect(plain, ['heartbeat'])).toContain(`the brokers at ${stack.brokers} speak TLS: set KAFKA_TLS_CA_FILE`);
    });

    it('refuses a topic, or a group, plainly, before a client tries again and again', async () => {
      const connection = connectionAs('heartbeat', { client });
      await refusalTo(() => Producer.connect(connection, ['confirm_money_transfer'])).toContain('heartbeat may not write to topic confirm_money_transfer: run the synchronizer');
      await refusalTo(() => Consumer.connect(connection, { group: 'any', topics: ['heartbeat'], from: 'end' })).toContain(
        'heartbeat may not read topic heartbeat, nor be a member of group any: run the synchronizer');
    });

    /** Gives a right back, and waits until the broker obeys: it does so some time after the controller has noted it. */
    const giveBack = async (acl: kafkajs.AclEntry, name: 'heartbeat' | 'command-generator', wanted: Wanted): Promise<void> => {
      await admin.createAcls({ acl: [acl] });
      await vi.waitFor(() => assertAdmitted(connectionAs(name), wanted), polled);
    };

    it.each([
      ['a topic', AclResourceTypes.TOPIC, 'heartbeat', ResourcePatternTypes.LITERAL],
      ['its group', AclResourceTypes.GROUP, 'command-generator', ResourcePatternTypes.PREFIXED],
    ])('ends a consumer whose right to %s is taken away', async (_what, resourceType, resourceName, resourcePatternType) => {
      const acl = { resourceType, resourceName, resourcePatternType, principal: 'User:command-generator', host: '*', operation: AclOperationTypes.READ, permissionType: AclPermissionTypes.ALLOW };
      await using consumer = await Consumer.connect(connectionAs('command-generator', { client }), { group: `command-generator-ends-${client}`, topics: ['heartbeat'], from: 'beginning' });
      await consumer.take({ max: 1, signal: soon() });
      await admin.deleteAcls({ filters: [acl] });
      onTestFinished(() => giveBack(acl, 'command-generator', { read: ['heartbeat'], group: 'command-generator' }));
      await expect(untilLost(consumer)).rejects.toMatchObject({ isFinal: true });
    });

    it('ends a producer whose right is taken away', async () => {
      const acl = {
        resourceType: AclResourceTypes.TOPIC, resourceName: 'heartbeat', resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: 'User:heartbeat', host: '*', operation: AclOperationTypes.WRITE, permissionType: AclPermissionTypes.ALLOW,
      };
      const beat = { topic: 'heartbeat', key: 'now', record: { type: 'Heartbeat', value: { beat: 1n } } } as const;
      await using producer = await Producer.connect(connectionAs('heartbeat', { client }), ['heartbeat']);
      await producer.send([beat]);
      await admin.deleteAcls({ filters: [acl] });
      onTestFinished(() => giveBack(acl, 'heartbeat', { write: ['heartbeat'] }));
      await expect.poll(() => producer.send([beat]).then(() => undefined, (error: unknown) => error), { timeout: 25_000 }).toMatchObject({ code: 'SEND_FAILED', isFinal: true });
    });
  });

  describe('and a service', () => {
    type Env = Readonly<Record<string, string>>;
    const databaseAt = async (change: (url: URL) => unknown): Promise<Env> => {
      const { url } = await suite.createServiceDatabase();
      const changed = new URL(url);
      await change(changed);
      return { DATABASE_URL: changed.href };
    };
    const portOf = (address: string): number => Number(new URL(`tcp://${address}`).port);

    it.each<[string, 'heartbeat' | 'command-handler', () => Env | Promise<Env>, RegExp]>([
      ['without a certificate', 'heartbeat', () => ({ KAFKA_TLS_CERT_FILE: '', KAFKA_TLS_KEY_FILE: '' }), /lets nobody in without a certificate/],
      ['with the certificate of another service', 'heartbeat', () => serviceEnvironment(stack, 'command-generator'), /heartbeat may not write to topic heartbeat/],
      ['with a wrong password to the registry', 'heartbeat', () => ({ SCHEMA_REGISTRY_URL: stack.registryUrl.replace('://', '://heartbeat:wrong@') }), /the schema registry at \S+ does not know this service/],
      ['with another authority for the registry', 'heartbeat', () => ({ SCHEMA_REGISTRY_CA_FILE: identityIn(others, 'heartbeat').ca }), /the schema registry at \S+ shows a certificate that was issued by no authority/],
      ['with a wrong password to its database', 'command-handler', () => databaseAt(url => (url.password = 'wrong')), /the database refuses this service: password authentication failed/],
      ['with another authority for its database', 'command-handler', () => databaseAt(url => url.searchParams.set('sslrootcert', identityIn(others, 'heartbeat').ca)), /the database is none to trust: .*certificate/],
      ['with its database under another name', 'command-handler', () => databaseAt(async url => (url.host = await wayFrom('127.0.0.2', portOf(url.host)))), /the database is none to trust: .*127\.0\.0\.2/],
    ])('%s says so in one line and exits with 1', async (_name, app, change, line) => {
      const env = { ...suite.env, ...serviceEnvironment(stack, app), PORT: '0', ...(await change()) };
      const { code, output } = await runProgram(app, { env });
      expect(code).toBe(1);
      expect(output).not.toContain('trying again');
      expect(output.split('\n').filter(text => text.includes('"fatal"'))).toEqual([expect.stringMatching(line)]);
    });
  });
});
