/** Makes the servers ready to be started quickly: fetches them, and runs them once so that Java writes archives of their classes. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere, makePassage } from '../files.ts';
import { tailOf } from '../process/log.ts';
import { freePorts } from '../process/ports.ts';
import { authorityFile, createCertificates, securityOf } from '../security.ts';
import type { Service } from '../supervisor/part.ts';
import { PartFailedError } from '../supervisor/part-failed-error.ts';
import { Supervisor } from '../supervisor/supervisor.ts';
import { installArtifacts } from './artifacts.ts';
import { archiveFolder, archiveName } from './class-archive.ts';
import { findJava } from './java.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { registry } from './registry.ts';

/** Writing an archive takes seconds on top of the shutdown. */
const graceMs = 60_000;

/** Java writes the archive when it ends. A Java that knows no archives ignores the option. */
const archiving = (file: string): string[] => ['-XX:+IgnoreUnrecognizedVMOptions', `-XX:ArchiveClassesAtExit=${file}`];

/**
 * Servers that write their archives to a folder when they are stopped. They run secured, for then they load all that plaintext ones do
 * and more; without openssl, in plaintext.
 */
const trainees = async (folder: string): Promise<Service[]> => {
  const certificates = await createCertificates(join(folder, 'certs'), ['kafka', 'postgres', 'registry']).catch(() => undefined);
  const security = certificates === undefined ? undefined : await securityOf(certificates, join(folder, 'secrets'));
  const [kafkaPort = 0, controllerPort = 0, postgresPort = 0, registryPort = 0] = await freePorts(4);
  const password = randomBytes(16).toString('hex');
  const database = { port: postgresPort, name: 'registry', role: 'registry', password, caFile: certificates && authorityFile(certificates) };
  const at = (server: 'kafka' | 'registry', port: number) =>
    ({ folder: join(folder, server), port, javaOptions: archiving(join(folder, archiveName(server))) });
  return [
    postgres({ folder: join(folder, 'postgres'), port: postgresPort, password, databases: [database], certificates }, []),
    { ...kafka({ ...at('kafka', kafkaPort), controllerPort, tuning: 'quick start', certificates }, []), graceMs },
    { ...registry({ ...at('registry', registryPort), database, security }, ['postgres']), graceMs },
  ];
};

/** What a server last wrote to its log, which goes with the folder of the training. */
const lastWordsOf = async (error: unknown): Promise<string> =>
  (error instanceof PartFailedError ? await tailOf(error.log, 10).catch(() => []) : []).join('\n');

/** Runs the servers once, and leaves only their archives in the folder. */
const train = async (folder: string, signal: AbortSignal): Promise<void> => {
  const supervisor = new Supervisor({ parts: await trainees(folder), logs: join(folder, 'logs'), stop: 'in order' });
  try {
    await supervisor.start(signal);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error([reason, await lastWordsOf(error)].join('\n'), { cause: error });
  }
  await supervisor.stop();
  const others = (await readdir(folder)).filter(name => !name.endsWith('.jsa'));
  await Promise.all(others.map(name => rm(join(folder, name), { recursive: true, force: true })));
};

/** Writes the archives to a folder of their own, then moves that in place at once. */
const makeArchives = async (archives: string, signal: AbortSignal): Promise<void> => {
  const partial = await mkdtemp(`${archives}.partial-`);
  try {
    await makePassage(partial);
    await train(partial, signal);
    await rename(partial, archives);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
};

/**
 * Makes the servers ready on this machine; does nothing when they are. Without archives they only start more slowly, so that a
 * training that fails is no more than a warning.
 *
 * @throws MissingToolError when Java, or for a download Maven, is not installed
 */
export const prepareServers = async (signal: AbortSignal): Promise<void> => {
  const [java, artifacts] = await Promise.all([findJava(), installArtifacts({ signal })]);
  const archives = archiveFolder(artifacts, java.version);
  if (await isThere(archives)) return;
  try {
    await makeArchives(archives, signal);
  } catch (error) {
    signal.throwIfAborted();
    const someoneElseWasFirst = await isThere(archives);
    if (!someoneElseWasFirst) console.warn('The servers start slowly, for Java could not make archives of their classes:', error);
  }
};
