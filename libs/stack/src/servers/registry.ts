/** The schema registry, Apicurio with its Confluent-compatible API, which keeps its schemas and their ids in PostgreSQL. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loopback } from '../process/ports.ts';
import type { Command } from '../process/child.ts';
import type { Service } from '../supervisor/part.ts';
import { installArtifacts } from './artifacts.ts';
import { sharedClasses } from './class-archive.ts';
import { findJava } from './java.ts';
import type { Login } from './database.ts';

export type RegistryOptions = {
  /** Holds the settings. */
  readonly folder: string;
  readonly port: number;
  readonly database: Login;
  /** Options for Java in place of those that use the archive of classes. */
  readonly javaOptions?: readonly string[];
};

/** The address clients are given, with the path of the compatible API. */
export const registryUrl = (port: number): string => `http://${loopback}:${port}/apis/ccompat/v7`;

const settingsOf = ({ port, database }: RegistryOptions) => ({
  'quarkus.http.host': loopback,
  'quarkus.http.port': port,
  'quarkus.management.enabled': false,
  'quarkus.management.host': loopback,
  'quarkus.banner.enabled': false,
  'apicurio.storage.kind': 'sql',
  'apicurio.storage.sql.kind': 'postgresql',
  'apicurio.datasource.url': `jdbc:postgresql://${loopback}:${database.port}/${database.name}`,
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

const answerTimeoutMs = 2_000;

const answers = (port: number): Promise<boolean> =>
  fetch(`${registryUrl(port)}/subjects`, { signal: AbortSignal.timeout(answerTimeoutMs) }).then(async response => {
    await response.body?.cancel();
    return response.ok;
  }, () => false);

/** The schema registry as a part of a stack. */
export const registry = (options: RegistryOptions, needs: readonly string[]): Service => ({
  kind: 'service',
  name: 'registry',
  needs,
  ports: [options.port],
  command: () => commandOf(options),
  isReady: () => answers(options.port),
  stopSignal: 'SIGTERM',
  graceMs: 10_000,
  startAttempts: 1,
});
