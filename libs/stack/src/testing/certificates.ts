/** Certificates for a test, of an authority of their own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Identity } from '../security.ts';
import { workspaceRoot } from '../workspace.ts';

/**
 * Makes certificates in a folder, by scripts/create-certs.sh.
 *
 * @param identities all of them when left out
 * @returns the folder
 */
export const createCertificates = async (folder: string, identities?: readonly Identity[]): Promise<string> => {
  const names = identities === undefined ? [] : ['--names', identities.join(' ')];
  await promisify(execFile)(join(workspaceRoot, 'scripts/create-certs.sh'), ['--dir', folder, ...names]);
  return folder;
};
