/** The schema registry, Apicurio with its Confluent-compatible API, which keeps its schemas and their ids in PostgreSQL. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOk } from '../process/answer.ts';
import { loopback } from '../process/ports.ts';
import type { Command } from '../process/child.ts';
import { authorityFile, certificateFiles, type Security, type ServiceName } from '../security.ts';
import type { Service } from '../supervisor/part.ts';
import { installArtifacts } from './artifacts.ts';
import { sharedClasses } from './class-archive.ts';
import { findJava } from './java.ts';
import { tlsQuery, type Login } from './database.ts';

export type RegistryOptions = {
  /** Holds the settings. */
  readonly folder: string;
  readonly port: number;
  readonly database: Login;
  /** For a registry that speaks TLS only, and knows every client by its password. */
  readonly security?: Security | undefined;
  /** Options for Java in place of those that use the archive of classes. */
  readonly javaOptions?: readonly string[];
};

/** The address clients are given, with the path of the compatible API. */
export const registryUrl = (port: number, protocol: 'http' | 'https'): string => `${protocol}://${loopback}:${port}/apis/ccompat/v7`;

/** What each service may do here: only the synchronizer registers. */
const roles: Readonly<Record<ServiceName, 'sr-admin' | 'sr-readonly'>> = {
  'synchronizer': 'sr-admin',
  'command-handler': 'sr-readonly',
  'command-generator': 'sr-readonly',
  'heartbeat': 'sr-readonly',
  'graphql-endpoint': 'sr-readonly',
};

const usersOf = ({ registryPasswords }: Security) =>
  Object.fromEntries(Object.entries(registryPasswords).map(([name, password]) => [`quarkus.security.users.embedded.users.${name}`, password]));

const rolesOfUsers = Object.fromEntries(Object.entries(roles).map(([name, role]) => [`quarkus.security.users.embedded.roles.${name}`, role]));

const plaintext = (port: number) => ({ 'quarkus.http.port': port });

const secured = (port: number, security: Security, { certFile, keyFile } = certificateFiles(security.certificates, 'registry')) => ({
  'quarkus.http.insecure-requests': 'disabled',
  'quarkus.http.ssl-port': port,
  'quarkus.http.ssl.certificate.files': certFile,
  'quarkus.http.ssl.certificate.key-files': keyFile,
  'quarkus.http.ssl.certificate.reload-period': '30s',
  'quarkus.http.ssl.protocols': 'TLSv1.3',
  'quarkus.http.auth.basic': true,
  'quarkus.security.users.embedded.enabled': true,
  'quarkus.security.users.embedded.plain-text': true,
  ...usersOf(security),
  ...rolesOfUsers,
  'apicurio.auth.role-based-authorization': true,
  'apicurio.auth.anonymous-read-access.enabled': false,
});

const settingsOf = ({ port, database, security }: RegistryOptions) => ({
  'quarkus.http.host': loopback,
  ...(security === undefined ? plaintext(port) : secured(port, security)),
  'quarkus.management.enabled': false,
  'quarkus.management.host': loopback,
  'quarkus.banner.enabled': false,
  'apicurio.storage.kind': 'sql',
  'apicurio.storage.sql.kind': 'postgresql',
  'apicurio.datasource.url': `jdbc:postgresql://${loopback}:${database.port}/${database.name}${tlsQuery(database.caFile)}`,
  'apicurio.datasource.username': database.role,
  'apicurio.datasource.password': database.password,
  'apicurio.datasource.jdbc.initial-size': 2,
  'apicurio.datasource.jdbc.min-size': 2,
  'apicurio.datasource.jdbc.max-size': 8,
  // Else it answers with errors from connections that a restart of PostgreSQL has broken.
  'quarkus.datasource.postgresql.jdbc.validate-on-borrow': true,
});

// It answers a handful of requests in its life: start-up time and memory count, throughput does not.
const lean = ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:-UsePerfData'];

/** The name of the file; Quarkus takes a path for a URI, in which a space is an error. */
const settings = 'registry.properties';

const commandOf = async (options: RegistryOptions): Promise<Command> => {
  const [{ file, version }, artifacts] = await Promise.all([findJava(), installArtifacts()]);
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  // A file, for the password must not stand on the command line.
  await writeFile(join(options.folder, settings), Object.entries(settingsOf(options)).map(([key, value]) => `${key}=${value}\n`).join(''), { mode: 0o600 });
  return {
    file,
    args: [...lean, ...(options.javaOptions ?? (await sharedClasses(artifacts, version, 'registry'))), '-jar', artifacts.registryJar],
    cwd: options.folder,
    env: { ...process.env, QUARKUS_CONFIG_LOCATIONS: settings },
  };
};

const answers = async ({ port, security }: RegistryOptions): Promise<boolean> => {
  if (security === undefined) return isOk(`${registryUrl(port, 'http')}/subjects`);
  const ca = await readFile(authorityFile(security.certificates), 'utf8');
  return isOk(`${registryUrl(port, 'https')}/subjects`, { ca, auth: `synchronizer:${security.registryPasswords.synchronizer}` });
};

/** The schema registry as a part of a stack. */
export const registry = (options: RegistryOptions, needs: readonly string[]): Service => ({
  kind: 'service',
  name: 'registry',
  needs,
  ports: [options.port],
  command: () => commandOf(options),
  isReady: () => answers(options),
  stopSignal: 'SIGTERM',
  graceMs: 10_000,
  startAttempts: 1,
});
