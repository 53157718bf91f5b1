/** What each part of a bank is told, and what it is not. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Command } from '../process/child.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { partsOf } from './bank.ts';
import { employeeOf, placesIn } from './folder.ts';
import { bankPorts } from './ports.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => vi.unstubAllEnvs());

const services = ['synchronizer', 'command-handler', 'graphql-endpoint', 'heartbeat', 'command-generator'];

/** How each service is started, by its name. */
const commands = async (handler?: string): Promise<Map<string, Command>> => {
  const parts = await partsOf({ folder, ports: bankPorts(20_000), handler });
  const started = parts.flatMap(part => (part.kind !== 'step' && services.includes(part.name) ? [part] : []));
  return new Map(await Promise.all(started.map(async ({ name, command }) => [name, await command('log')] as const)));
};

const variables = async (name: string): Promise<NodeJS.ProcessEnv> => (await commands()).get(name)?.env ?? {};

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
      'command-handler': ['synchronizer', 'postgres'],
      'graphql-endpoint': ['synchronizer', 'postgres', 'frontend'],
      'heartbeat': ['synchronizer'],
      'command-generator': ['synchronizer'],
    });
  });

  it('tells every service where Kafka and the registry are, and its own port on 127.0.0.1', async () => {
    expect(await variables('heartbeat')).toMatchObject({
      KAFKA_BROKERS: '127.0.0.1:20005', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:20001/apis/ccompat/v7', HOST: '127.0.0.1', PORT: '20002',
    });
  });

  it('gives the handler and the endpoint a database each, and the others none', async () => {
    const urls = [...await commands()].map(([name, { env }]) => [name, env?.['DATABASE_URL']?.replace(/:[^:/@]+@/, ':…@')] as const);
    expect(Object.fromEntries(urls)).toEqual({
      'synchronizer': undefined,
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
    const told = await Promise.all(['command-handler', 'graphql-endpoint'].map(variables));
    const passwords = told.map(env => new URL(env['DATABASE_URL'] ?? '').password);
    for (const secret of [password, ...passwords]) expect(lines).not.toContain(secret);
  });

  it('lets nobody else read its secrets', async () => {
    await partsOf({ folder, ports: bankPorts() });
    const { secrets } = placesIn(folder);
    expect((await stat(secrets)).mode & 0o777).toBe(0o700);
    expect((await stat(join(secrets, 'postgres'))).mode & 0o777).toBe(0o600);
  });

  it('runs another command handler with the environment of ours', async () => {
    const ours = (await commands()).get('command-handler');
    const theirs = (await commands('java -jar handler.jar')).get('command-handler');
    expect(theirs).toMatchObject({ file: 'sh', args: ['-c', 'java -jar handler.jar'], env: ours?.env });
  });
});
