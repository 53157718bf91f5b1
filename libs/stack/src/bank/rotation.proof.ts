/** Certificates, authorities and the broker itself are exchanged under load: nothing is lost, nothing is doubled. */
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { freePorts } from '../process/ports.ts';
import { createCertificates, tlsOf } from '../security.ts';
import { isInCluster } from '../servers/kafka-answer.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { workspaceRoot } from '../workspace.ts';
import { urlOf } from './addresses.ts';
import { startBank } from './bank.ts';
import { placesIn } from './folder.ts';
import { bankPorts } from './ports.ts';

const proofMs = 600_000;
const run = promisify(execFile);
const inWorkspace = (...path: string[]): string => join(workspaceRoot, ...path);

it('a bank under load goes on with new certificates, a new authority and a broker that was restarted', { timeout: proofMs }, async () => {
  const folder = await temporaryFolder();
  const certificates = await createCertificates(join(folder, 'certs'));
  const [base] = await freePorts(8);
  const ports = bankPorts(base);
  const place = { folder: join(folder, 'bank'), ports, certificates };
  await using bank = await startBank({ ...place, without: ['frontend'] });
  const setLoad = (batch: number): Promise<unknown> => fetch(`${urlOf(ports.heartbeat)}/load`, {
    method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ batch, intervalMs: 100 }),
  });
  const rotate = (...args: string[]): Promise<unknown> => run(inWorkspace('scripts/rotate-certs.sh'), ['--dir', place.folder, '--certs', certificates, ...args]);
  const authority = async (): Promise<string> => new X509Certificate(await readFile(join(certificates, 'ca.pem'))).fingerprint256;
  await setLoad(10);

  const [old, oldAuthority] = [await tlsOf(certificates, 'heartbeat'), await authority()];
  await rotate();
  expect(await authority()).toBe(oldAuthority);
  expect((await tlsOf(certificates, 'heartbeat')).cert).not.toBe(old.cert);
  await expect.poll(() => isInCluster(ports.kafka, old)).toBe(true);

  await rotate('--authority');
  const current = await tlsOf(certificates, 'heartbeat');
  expect(await authority()).not.toBe(oldAuthority);
  expect(await isInCluster(ports.kafka, { ...old, ca: current.ca })).toBe(false);
  await expect.poll(() => isInCluster(ports.kafka, current)).toBe(true);

  await run(inWorkspace('scripts/setup.sh'), ['restart', 'kafka', '--dir', place.folder]);
  await expect.poll(() => isInCluster(ports.kafka, current)).toBe(true);

  await setLoad(0);
  const { stdout } = await run(process.execPath, ['--conditions=@bank/source', inWorkspace('apps/bench/src/audit/main.ts'), '--bank', placesIn(place.folder).env], { cwd: workspaceRoot });
  await Promise.all([...stdout.matchAll(/^written to (.+)$/gm)].map(([, file = '']) => rm(file)));
  expect(stdout).toMatch(/^equal: \d+ accounts and \d{3,} transactions/m);
  expect(bank.status.filter(({ kind, name, restarts }) => kind === 'service' && name !== 'kafka' && restarts > 0)).toEqual([]);
});
