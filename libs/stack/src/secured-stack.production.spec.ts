/** A secured stack, and who is refused by it. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type Admin, type KafkaConfig } from 'kafkajs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorityFile, createCertificates, tlsOf, type Identity, type ServiceName } from './security.ts';
import { startStack, type Stack } from './stack.ts';
import { createSuite } from './testing/suite.ts';

let folder = '';
let stack: Stack;
/** Certificates of the same names, by an authority that the stack does not know. */
let strangers = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secured stack-'));
  const [certificates] = await Promise.all([
    createCertificates(join(folder, 'certs'), ['kafka', 'postgres', 'registry', 'synchronizer', 'heartbeat']),
    createCertificates(join(folder, 'strangers'), ['heartbeat']),
  ]);
  strangers = join(folder, 'strangers');
  stack = await startStack({ folder: join(folder, 'stack'), certificates });
});
afterAll(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const certificates = (): string => join(folder, 'certs');

/** Kafka is asked what it can be asked, ApiVersions, version 0: size, API key, version, correlation id, no client id. */
const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 255, 255]);

/** What goes wrong with a TLS connection to Kafka, on either side; undefined when it answers what is asked of it. */
const errorOf = (options: ConnectionOptions & { readonly port: number }): Promise<string | undefined> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', ...options });
    socket.once('secureConnect', () => socket.write(apiVersions));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    socket.once('data', () => {
      socket.destroy();
      resolve(undefined);
    });
  });

describe('Kafka', () => {
  const ask = async <T>(ssl: KafkaConfig['ssl'], question: (admin: Admin) => Promise<T>): Promise<T> => {
    const kafka = new Kafka({ brokers: [stack.brokers], ...(ssl !== undefined && { ssl }), logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = kafka.admin();
    try {
      await admin.connect();
      return await question(admin);
    } finally {
      await admin.disconnect();
    }
  };
  const as = async <T>(identity: Identity, question: (admin: Admin) => Promise<T>): Promise<T> => ask(await tlsOf(certificates(), identity), question);
  const listTopics = (admin: Admin): Promise<string[]> => admin.listTopics();
  const createTopic = (topic: string) => (admin: Admin): Promise<boolean> => admin.createTopics({ topics: [{ topic }], waitForLeaders: false });
  const log = (): Promise<string> => readFile(join(stack.folder, 'logs/kafka.log'), 'utf8');

  it('lets the synchronizer do everything, and denies the others what they are not allowed', async () => {
    expect(await as('synchronizer', createTopic('secret'))).toBe(true);
    await expect(as('heartbeat', createTopic('own'))).rejects.toThrow('Topic creation errors');
    await expect.poll(() => as('synchronizer', listTopics)).toEqual(['secret']);
    expect(await as('heartbeat', listTopics)).toEqual([]);
    expect(await log()).toMatch(/Principal = User:heartbeat is Denied operation = CREATE/);
  });

  it('refuses who does not speak TLS', async () => {
    await expect(ask(undefined, listTopics)).rejects.toThrow();
  });

  it('refuses who has no certificate, or one of another authority, and tells so in its log', async () => {
    const { ca } = await tlsOf(certificates(), 'heartbeat');
    await expect(ask({ ca }, listTopics)).rejects.toThrow(/certificate required|bad certificate/);
    await expect(ask({ ...(await tlsOf(strangers, 'heartbeat')), ca }, listTopics)).rejects.toThrow(/certificate unknown/);
    expect(await log()).toMatch(/Failed authentication with \/127\.0\.0\.1 .*SSL handshake failed/);
  });

  it('is not believed by who trusts another authority', async () => {
    await expect(ask(await tlsOf(strangers, 'heartbeat'), listTopics)).rejects.toThrow(/unable to verify|self-signed/);
  });

  it('has its controller ask for certificates too', async () => {
    const controllerPort = Number(stack.brokers.split(':')[1]) + 1;
    const { ca } = await tlsOf(certificates(), 'kafka');
    expect(await errorOf({ port: controllerPort, ca })).toBe('ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE');
  });

  it('is believed for its own hosts and no other', async () => {
    const port = Number(stack.brokers.split(':')[1]);
    const tls = await tlsOf(certificates(), 'heartbeat');
    for (const servername of ['kafka', 'kafka-3', 'localhost']) expect(await errorOf({ ...tls, port, servername })).toBeUndefined();
    expect(await errorOf({ ...tls, port, servername: 'bank.example' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });
});

describe('PostgreSQL', () => {
  const query = async (url: string): Promise<unknown> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query('select version from pg_stat_ssl where pid = pg_backend_pid()')).rows;
    } finally {
      await client.end();
    }
  };

  it('speaks TLS 1.3 with who knows its authority', async () => {
    await using suite = await createSuite(stack);
    expect(await query(await suite.createDatabase())).toEqual([{ version: 'TLSv1.3' }]);
  });

  it('lets its superuser copy it, for a backup', async () => {
    const url = new URL(stack.adminDatabaseUrl);
    url.searchParams.set('replication', 'true');
    const client = new Client({ connectionString: url.href });
    await client.connect();
    try {
      expect((await client.query('IDENTIFY_SYSTEM')).rows).toEqual([expect.objectContaining({ timeline: '1' })]);
    } finally {
      await client.end();
    }
  });

  it('refuses who does not speak TLS', async () => {
    await expect(query(stack.adminDatabaseUrl.replace('verify-full', 'disable'))).rejects.toThrow(/no pg_hba.conf entry .* no encryption/);
  });

  it('is not believed by who trusts another authority', async () => {
    const url = new URL(stack.adminDatabaseUrl);
    url.searchParams.set('sslrootcert', authorityFile(strangers));
    await expect(query(url.href)).rejects.toThrow(/unable to verify|self-signed/);
  });
});

describe('the registry', () => {
  const ask = async (name: ServiceName | undefined, path: string, options: RequestOptions = {}, body?: string): Promise<number | undefined> => {
    const { ca } = await tlsOf(certificates(), 'registry');
    const auth = name === undefined ? {} : { auth: `${name}:${stack.security?.registryPasswords[name]}` };
    const asked = request(`${stack.registryUrl}${path}`, { ca, ...auth, ...options, agent: false, headers: { 'content-type': 'application/json' } });
    asked.end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  const register = (name: ServiceName | undefined): Promise<number | undefined> =>
    ask(name, '/subjects/note/versions', { method: 'POST' }, JSON.stringify({ schema: '"string"' }));

  it('lets the synchronizer register, every service read, and nobody else do either', async () => {
    expect(await register('synchronizer')).toBe(200);
    expect(await ask('heartbeat', '/subjects/note/versions/1')).toBe(200);
    expect(await register('heartbeat')).toBe(403);
    expect(await register(undefined)).toBe(401);
    expect(await ask(undefined, '/subjects')).toBe(401);
    expect(await ask(undefined, '/subjects', { auth: 'heartbeat:guessed' })).toBe(401);
  });

  it('does not speak without TLS, and is not believed by who trusts another authority', async () => {
    await expect(fetch(`${stack.registryUrl.replace('https:', 'http:')}/subjects`)).rejects.toThrow();
    await expect(ask('heartbeat', '/subjects', { ca: await readFile(authorityFile(strangers)) })).rejects.toThrow(/unable to verify|self-signed/);
  });
});

it('a secured stack shows no password to its log or to the process list', async () => {
  const passwords = await Promise.all((await readdir(join(stack.folder, 'secrets'))).map(name => readFile(join(stack.folder, 'secrets', name), 'utf8')));
  const logs = await Promise.all(stack.status.map(({ log }) => readFile(log, 'utf8').catch(() => '')));
  const commandLines = await Promise.all(stack.status.flatMap(({ process: started }) => (started ? [readFile(`/proc/${started.pid}/cmdline`, 'utf8')] : [])));
  expect(passwords).toHaveLength(7);
  expect(passwords.filter(password => [...logs, ...commandLines].some(text => text.includes(password)))).toEqual([]);
});

it('a stack without its certificates says which, and how to make it', async () => {
  await expect(startStack({ certificates: strangers })).rejects.toThrow(`there is no ${strangers}/kafka.pem; make it by: scripts/create-certs.sh --dir ${strangers}`);
});
