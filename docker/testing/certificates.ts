/** Certificates as create-certs.sh makes them, in a folder that all may read: nginx runs as a user without rights here too. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workspace } from '../compose-file.ts';

export const makeCertificates = (names: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  execFileSync(join(workspace, 'scripts/create-certs.sh'), ['--dir', folder, '--names', names]);
  chmodSync(folder, 0o755);
  for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o644);
  return folder;
};
