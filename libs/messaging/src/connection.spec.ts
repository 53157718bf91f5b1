import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectionOf, messagingVariables, type Connection } from './connection.ts';

const plain = { KAFKA_BROKERS: 'one:9092,two:9092', SCHEMA_REGISTRY_URL: 'http://registry:8081/apis/ccompat/v7' };
const connect = (variables: Record<string, string>): Connection => connectionOf('test', z.object(messagingVariables).parse({ ...plain, ...variables }));

describe('a connection', () => {
  let folder = '';
  let file = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'connection-'));
    file = join(folder, 'some.pem');
    await writeFile(file, 'a certificate');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is plain without a CA, to all brokers of the list', () => {
    expect(connect({})).toEqual({ client: 'kafkajs', brokers: ['one:9092', 'two:9092'], registryUrl: plain.SCHEMA_REGISTRY_URL, topicPrefix: '', clientId: 'test', sessionTimeoutMs: 6_000 });
  });

  it('is carried by the client that is named, and by no other than there are', () => {
    expect(connect({ KAFKA_CLIENT: 'platformatic' }).client).toBe('platformatic');
    expect(() => connect({ KAFKA_CLIENT: 'another' })).toThrow('kafkajs, platformatic, librdkafka');
  });

  it('goes by TLS with a CA, and with certificate and key bears an identity', () => {
    expect(connect({ KAFKA_TLS_CA_FILE: file }).tls).toEqual({ ca: file });
    expect(connect({ KAFKA_TLS_CA_FILE: file, KAFKA_TLS_CERT_FILE: file, KAFKA_TLS_KEY_FILE: file }).tls).toEqual({ ca: file, cert: file, key: file });
  });

  it('has an address of the registry that is fit to be shown, and what is to be sent to it apart', () => {
    expect(connect({ SCHEMA_REGISTRY_URL: 'http://registry:8081/' })).toMatchObject({ registryUrl: 'http://registry:8081' });
    const secured = connect({ SCHEMA_REGISTRY_URL: 'https://me:s%40cret@registry/path/', SCHEMA_REGISTRY_CA_FILE: file });
    expect(secured).toMatchObject({ registryUrl: 'https://registry/path', registryCredentials: { username: 'me', password: 's@cret' }, registryTls: { ca: file } });
  });

  it('is refused with a CA for a registry without TLS, and with credentials that are not encoded', () => {
    expect(() => connect({ SCHEMA_REGISTRY_CA_FILE: file })).toThrow('SCHEMA_REGISTRY_CA_FILE is set but SCHEMA_REGISTRY_URL does not begin with https://');
    expect(() => connect({ SCHEMA_REGISTRY_URL: 'https://%c3:%a9@registry' })).toThrow('http(s)://user:password@host:port/path');
    expect(() => connect({ SCHEMA_REGISTRY_URL: 'https://me:100%@registry' })).toThrow('http(s)://user:password@host:port/path');
  });

  it('is refused with half an identity', () => {
    expect(() => connect({ KAFKA_TLS_CA_FILE: file, KAFKA_TLS_CERT_FILE: file })).toThrow('KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together: set both or none');
    expect(() => connect({ KAFKA_TLS_CERT_FILE: file, KAFKA_TLS_KEY_FILE: file })).toThrow('KAFKA_TLS_CERT_FILE is set but KAFKA_TLS_CA_FILE is not');
  });

  it('is refused with a session shorter than a consumer can keep up', () => {
    expect(connect({ KAFKA_SESSION_TIMEOUT_MS: '1500' }).sessionTimeoutMs).toBe(1_500);
    expect(() => connect({ KAFKA_SESSION_TIMEOUT_MS: '999' })).toThrow('milliseconds from 1000 to 300000');
  });

  it('is refused with a file that cannot be read', () => {
    expect(() => connect({ KAFKA_TLS_CA_FILE: '/not/there.pem' })).toThrow('a PEM file that can be read');
  });
});
