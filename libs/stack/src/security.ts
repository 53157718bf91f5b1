/** What makes a stack secure: certificates, as scripts/create-certs.sh makes them, and passwords for the registry. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { isThere } from './files.ts';
import { secretOf } from './secrets.ts';
import { workspaceRoot } from './workspace.ts';

/** The services, each of which has a certificate, and a password at the registry. */
export const ServiceName = z.enum(['synchronizer', 'command-handler', 'command-generator', 'heartbeat', 'graphql-endpoint']);
export type ServiceName = z.infer<typeof ServiceName>;

/** Who a part is: the name of its certificate and its files, and of its user in Kafka. */
export const Identity = z.enum([...ServiceName.options, 'kafka', 'postgres', 'registry', 'web']);
export type Identity = z.infer<typeof Identity>;

export type Security = {
  /** The folder of the certificates. */
  readonly certificates: string;
  /** The password of each service at the registry. */
  readonly registryPasswords: Readonly<Record<ServiceName, string>>;
};

/** The certificate of the authority that all parts trust. */
export const authorityFile = (certificates: string): string => join(certificates, 'ca.pem');

/** Where an identity's certificate and key stand. */
export const certificateFiles = (certificates: string, identity: Identity): { readonly certFile: string; readonly keyFile: string } =>
  ({ certFile: join(certificates, `${identity}.pem`), keyFile: join(certificates, `${identity}.key`) });

/** Kafka's key and certificate, which it wants in one file. */
export const keystoreFile = (certificates: string): string => join(certificates, 'kafka.keystore.pem');

/** What Node's TLS needs to speak as an identity and to trust the others, as it stands on disk now. */
export const tlsOf = async (certificates: string, identity: Identity): Promise<{ ca: string; cert: string; key: string }> => {
  const { certFile, keyFile } = certificateFiles(certificates, identity);
  const [ca, cert, key] = await Promise.all([authorityFile(certificates), certFile, keyFile].map(path => readFile(path, 'utf8')));
  return { ca: ca ?? '', cert: cert ?? '', key: key ?? '' };
};

/**
 * Makes certificates in a folder, of an authority of their own, by scripts/create-certs.sh.
 *
 * @param identities all of them when left out
 * @returns the folder
 */
export const createCertificates = async (folder: string, identities: readonly Identity[] = Identity.options): Promise<string> => {
  await promisify(execFile)(join(workspaceRoot, 'scripts/create-certs.sh'), ['--dir', folder, '--names', identities.join(' ')]);
  return folder;
};

/**
 * Makes sure that certificates are there.
 *
 * @throws Error with the first file that is missing, and how to make it
 */
export const requireCertificates = async (certificates: string, identities: readonly Identity[]): Promise<void> => {
  const files = identities.flatMap(identity => Object.values(certificateFiles(certificates, identity)));
  for (const file of [authorityFile(certificates), ...files]) {
    if (!(await isThere(file))) throw new Error(`there is no ${file}; make it by: scripts/create-certs.sh --dir ${certificates}`);
  }
};

const Passwords = z.record(ServiceName, z.string());

/** The security of a stack whose secrets are in a folder; passwords are made when they are not there yet. */
export const securityOf = async (certificates: string, secrets: string): Promise<Security> => {
  const passwords = await Promise.all(ServiceName.options.map(async name => [name, await secretOf(secrets, `registry-${name}`)]));
  return { certificates, registryPasswords: Passwords.parse(Object.fromEntries(passwords)) };
};
