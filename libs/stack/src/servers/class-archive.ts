/** Archives of the classes that a server loads: from one, Java starts it in half the time. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isThere } from '../files.ts';
import type { Artifacts } from './artifacts.ts';

/** Where the archives of one Java stand; another cannot use them. */
export const archiveFolder = ({ folder }: Artifacts, javaVersion: string): string =>
  join(folder, `tls-classes-${createHash('sha256').update(javaVersion).digest('hex').slice(0, 12)}`);

export const archiveName = (server: 'kafka' | 'registry'): string => `${server}.jsa`;

/** The options that start a server from its archive; none when there is no archive. */
export const sharedClasses = async (artifacts: Artifacts, javaVersion: string, server: 'kafka' | 'registry'): Promise<string[]> => {
  const archive = join(archiveFolder(artifacts, javaVersion), archiveName(server));
  return (await isThere(archive)) ? [`-XX:SharedArchiveFile=${archive}`] : [];
};
