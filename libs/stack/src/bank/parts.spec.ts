/** What each part of a bank is told, and what it is not. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command } from '../process/child.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { writeEnvironment } from './addresses.ts';
import { partsOf, type PartsOptions } from './bank.ts';
import { employeeOf, placesIn } from './folder.ts';
import { bankPorts } from './ports.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => vi.unstubAllEnvs());

const services = ['synchronizer', 'command-handler-migration', 'graphql-endpoint-migration', 'command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator'];

/** How each service is started, by its name. */
const commands = async (options: Partial<PartsOptions> = {}): Promise<Map<string, Command>> => {
  const parts = await partsOf({ folder, ports: bankPorts(20_000), ...options });
  const started = parts.flatMap(part => (part.kind !== 'step' && services.includes(part.name) ? [part] : []));
  return new Map(await Promise.all(started.map(async ({ name, command }) => [name, await command('log')] as const)));
};

const variables = async (name: string, options: Partial<PartsOptions> = {}): Promise<NodeJS.ProcessEnv> =>
  (await commands(options)).get(name)?.env ?? {};

describe('a bank', () => {
  it('counts its ports up from a base', () => {
    expect(bankPorts(20_000)).toEqual({
      web: 20_000, registry: 20_001, heartbeat: 20_002, commandGenerator: 20_003, commandHandler: 20_004,
      kafka: 20_005, postgres: 20_006, kafkaController: 20_007,
    });
    expect(() => bankPorts(65_529)).toThrow('the base of the ports is a whole number from 1024 to 65528, not 65529');
  });

  it('starts its parts in the order of what they need', async () => {
    const parts = await partsOf({ folder, ports: bankPorts() });
    expect(Object.fromEntries(parts.map(({ name, needs }) => [name, needs]))).toEqual({
      'servers': [],
      'postgres': [],
      'kafka': ['servers'],
      'registry': ['servers', 'postgres'],
      'frontend': [],
      'synchronizer': ['kafka', 'registry'],
      'command-handler-migration': ['postgres'],
      'command-handler': ['synchronizer', 'command-handler-migration'],
      'graphql-endpoint-migration': ['postgres'],
      'graphql-endpoint': ['synchronizer', 'graphql-endpoint-migration', 'frontend'],
      'heartbeat': ['synchronizer'],
      'command-generator': ['synchronizer'],
    });
  });

  it('tells every service where Kafka and the registry are, and its own port on 127.0.0.1', async () => {
    expect(await variables('heartbeat')).toMatchObject({
      KAFKA_BROKERS: '127.0.0.1:20005', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:20001/apis/ccompat/v7', HOST: '127.0.0.1', PORT: '20002',
    });
  });

  it('waits for no part that is left out', async () => {
    const parts = await partsOf({ folder, ports: bankPorts(), without: ['frontend'] });
    expect(parts.flatMap(({ name, needs }) => [name, ...needs])).not.toContain('frontend');
  });

  it('gives the handler and the endpoint a database each, which their migrations enter as its owner, and the others none', async () => {
    const urls = [...await commands()].map(([name, { env }]) => [name, env?.['DATABASE_URL']?.replace(/:[^:/@]+@/, ':…@')] as const);
    expect(Object.fromEntries(urls)).toEqual({
      'synchronizer': undefined,
      'command-handler-migration': 'postgres://command_handler_owner:…@127.0.0.1:20006/command_handler',
      'graphql-endpoint-migration': 'postgres://graphql_endpoint_owner:…@127.0.0.1:20006/graphql_endpoint',
      'command-handler': 'postgres://command_handler:…@127.0.0.1:20006/command_handler',
      'graphql-endpoint': 'postgres://graphql_endpoint:…@127.0.0.1:20006/graphql_endpoint',
      'heartbeat': undefined,
      'command-generator': undefined,
    });
  });

  it('passes on what it was told itself, except what belongs to one part', async () => {
    vi.stubEnv('LOG_LEVEL', 'debug');
    vi.stubEnv('DATABASE_URL', 'postgres://someone:secret@127.0.0.1/elsewhere');
    const env = await variables('heartbeat');
    expect(env).toMatchObject({ LOG_LEVEL: 'debug' });
    expect(env).not.toHaveProperty('DATABASE_URL');
    expect(env).not.toHaveProperty('TEST_DATABASE_ADMIN_URL');
  });

  it('passes on neither security nor secrets of another bank, whose addresses this shell has read', async () => {
    vi.stubEnv('KAFKA_TLS_CA_FILE', '/elsewhere/ca.pem');
    vi.stubEnv('COMMAND_HANDLER_DATABASE_URL', 'postgres://someone:secret@127.0.0.1/elsewhere');
    vi.stubEnv('EMPLOYEE_PASSWORD_FILE', '/elsewhere/employee');
    for (const { env } of (await commands()).values()) {
      expect(env).not.toHaveProperty('KAFKA_TLS_CA_FILE');
      expect(env).not.toHaveProperty('COMMAND_HANDLER_DATABASE_URL');
      expect(env).not.toHaveProperty('EMPLOYEE_PASSWORD_FILE');
    }
  });

  it('tells the endpoint the employee and the generator the run, the same at every start', async () => {
    const { username, password } = await employeeOf(folder);
    expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    expect(await variables('graphql-endpoint')).toMatchObject({ EMPLOYEE_USERNAME: username, EMPLOYEE_PASSWORD: password });
    const { RUN_ID } = await variables('command-generator');
    expect(RUN_ID).toMatch(/^[0-9a-f-]{36}$/);
    expect((await variables('command-generator'))['RUN_ID']).toBe(RUN_ID);
  });

  it('shows no secret on a command line', async () => {
    const lines = [...(await commands()).values()].flatMap(({ args }) => args).join(' ');
    const { password } = await employeeOf(folder);
    const told = await Promise.all(['command-handler', 'graphql-endpoint'].map(name => variables(name)));
    const passwords = told.map(env => new URL(env['DATABASE_URL'] ?? '').password);
    for (const secret of [password, ...passwords]) expect(lines).not.toContain(secret);
  });

  it('lets nobody else read its secrets', async () => {
    await partsOf({ folder, ports: bankPorts() });
    const { secrets } = placesIn(folder);
    expect((await stat(secrets)).mode & 0o777).toBe(0o700);
    expect((await stat(join(secrets, 'postgres'))).mode & 0o777).toBe(0o600);
  });

  it('runs another command handler with the environment of ours, and lets it make its own tables', async () => {
    const ours = await variables('command-handler');
    const others = await commands({ handler: 'java -jar handler.jar' });
    expect(others.has('command-handler-migration')).toBe(false);
    const { DATABASE_URL, ...env } = others.get('command-handler')?.env ?? {};
    expect(others.get('command-handler')).toMatchObject({ file: 'sh', args: ['-c', 'java -jar handler.jar'] });
    expect({ ...env, DATABASE_URL: ours['DATABASE_URL'] }).toEqual(ours);
    expect(DATABASE_URL).toMatch(/^postgres:\/\/command_handler_owner:[^@]+@127\.0\.0\.1:20006\/command_handler$/);
  });
});

describe('a secured bank', () => {
  const secured = { certificates: '/srv/certs' };

  it('gives each service its own identity and no other', async () => {
    const told = [...await commands(secured)].filter(([name]) => !name.endsWith('-migration')).map(([name, { env }]) => [name, {
      certificate: env?.['KAFKA_TLS_CERT_FILE'], key: env?.['KAFKA_TLS_KEY_FILE'], login: new URL(env?.['SCHEMA_REGISTRY_URL'] ?? '').username,
    }] as const);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(
      ['synchronizer', 'command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator']
        .map(name => [name, { certificate: `/srv/certs/${name}.pem`, key: `/srv/certs/${name}.key`, login: name }]),
    ));
  });

  it('gives a migration a database, and nothing of Kafka and the registry', async () => {
    const env = await variables('command-handler-migration', secured);
    expect(env['DATABASE_URL']).toMatch(/\?sslmode=verify-full&sslrootcert=%2Fsrv%2Fcerts%2Fca.pem$/);
    expect(Object.keys(env).filter(name => /^(KAFKA|SCHEMA)_/.test(name))).toEqual([]);
  });

  it('serves the page by HTTPS when that is asked for, with the certificate of the web', async () => {
    expect(await variables('graphql-endpoint', secured)).not.toHaveProperty('HTTPS_CERT_FILE');
    const https = { HTTPS_CERT_FILE: '/srv/certs/web.pem', HTTPS_KEY_FILE: '/srv/certs/web.key' };
    expect(await variables('graphql-endpoint', { ...secured, https: true })).toMatchObject(https);
  });

  it('tells an operator its addresses with the identity of the synchronizer, and nobody else', async () => {
    await writeEnvironment({ folder, ports: bankPorts(20_000), ...secured, https: true });
    const { env } = placesIn(folder);
    expect((await stat(env)).mode & 0o777).toBe(0o600);
    expect(parseEnv(await readFile(env, 'utf8'))).toMatchObject({
      KAFKA_TLS_CERT_FILE: '/srv/certs/synchronizer.pem', SCHEMA_REGISTRY_CA_FILE: '/srv/certs/ca.pem', BANK_URL: 'https://127.0.0.1:20000',
      SCHEMA_REGISTRY_URL: expect.stringMatching(/^https:\/\/synchronizer:.+@127\.0\.0\.1:20001\/apis/) as string,
    });
  });
});
