import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bankAt } from './bank-address.ts';

describe("a bank's addresses", () => {
  const folder = mkdtempSync(join(tmpdir(), 'bank-address-'));
  const file = join(folder, 'env');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are read from the file that setup.sh writes, and completed by the environment', () => {
    writeFileSync(file, [
      "export KAFKA_BROKERS='127.0.0.1:9092'",
      "export SCHEMA_REGISTRY_URL='http://127.0.0.1:8081/apis/ccompat/v7'",
      "export COMMAND_HANDLER_DATABASE_URL='postgres://command_handler:secret@127.0.0.1:15432/command_handler'",
      "export GRAPHQL_ENDPOINT_DATABASE_URL='postgres://graphql_endpoint:secret@127.0.0.1:15432/graphql_endpoint'",
    ].join('\n'));
    expect(bankAt(file, { TOPIC_PREFIX: 'test-' })).toMatchObject({
      connection: { brokers: ['127.0.0.1:9092'], registryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7', topicPrefix: 'test-' },
      databaseUrl: 'postgres://command_handler:secret@127.0.0.1:15432/command_handler',
      endpointDatabaseUrl: 'postgres://graphql_endpoint:secret@127.0.0.1:15432/graphql_endpoint',
    });
  });

  it('have the identity of a secured bank with them', () => {
    const pem = join(folder, 'any.pem');
    writeFileSync(pem, 'a certificate');
    const database = `postgres://role:secret@127.0.0.1:15432/name?sslmode=verify-full&sslrootcert=${encodeURIComponent(pem)}`;
    writeFileSync(file, [
      "export KAFKA_BROKERS='127.0.0.1:9092'",
      ...['KAFKA_TLS_CA_FILE', 'KAFKA_TLS_CERT_FILE', 'KAFKA_TLS_KEY_FILE', 'SCHEMA_REGISTRY_CA_FILE'].map(name => `export ${name}='${pem}'`),
      "export SCHEMA_REGISTRY_URL='https://synchronizer:secret@127.0.0.1:8081/apis/ccompat/v7'",
      `export COMMAND_HANDLER_DATABASE_URL='${database}'`,
      `export GRAPHQL_ENDPOINT_DATABASE_URL='${database}'`,
    ].join('\n'));
    expect(bankAt(file, {})).toMatchObject({
      connection: { tls: { ca: pem, cert: pem, key: pem }, registryTls: { ca: pem }, registryCredentials: { username: 'synchronizer', password: 'secret' } },
      databaseUrl: database,
    });
  });

  it('are said to be missing, by name', () => {
    writeFileSync(file, "export KAFKA_BROKERS='127.0.0.1:9092'\n");
    expect(() => bankAt(file, {})).toThrow(/does not tell where a bank is:\n.*\nCOMMAND_HANDLER_DATABASE_URL: the address of a database/);
    expect(() => bankAt(join(folder, 'none'), {})).toThrow('none cannot be read: --bank takes the file "env"');
  });
});
