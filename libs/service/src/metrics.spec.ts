import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Health } from './health.ts';
import { serviceMetrics } from './metrics.ts';

const script = fileURLToPath(new URL('../../../scripts/create-certs.sh', import.meta.url));

describe('when certificates expire', () => {
  let folder = '';
  const fileOf = (name: string): string => join(folder, `${name}.pem`);
  const expiryIn = async (file: string): Promise<number> => Date.parse(new X509Certificate(await readFile(file)).validTo) / 1_000;
  const told = async (config: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, number>>> => {
    const text = await serviceMetrics(new Health(), config).metrics();
    return Object.fromEntries([...text.matchAll(/^certificate_expires_timestamp_seconds\{variable="(\w+)"\} (\d+)$/gm)].map(([, variable = '', at]): [string, number] => [variable, Number(at)]));
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'expiry-'));
    await promisify(execFile)(script, ['--dir', folder, '--names', 'heartbeat']);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is told of each that the configuration names, and of no other file', async () => {
    const config = {
      KAFKA_TLS_CA_FILE: fileOf('ca'), KAFKA_TLS_CERT_FILE: fileOf('heartbeat'), KAFKA_TLS_KEY_FILE: join(folder, 'heartbeat.key'),
      HTTPS_CERT_FILE: undefined, PORT: 8_080,
    };
    const expected = { KAFKA_TLS_CA_FILE: await expiryIn(fileOf('ca')), KAFKA_TLS_CERT_FILE: await expiryIn(fileOf('heartbeat')) };
    expect(await told(config)).toEqual(expected);
    expect(expected.KAFKA_TLS_CA_FILE).toBeGreaterThan(expected.KAFKA_TLS_CERT_FILE);
  });

  it('goes by the file as it is: what took its place counts, and one that cannot be read is not told', async () => {
    const metrics = serviceMetrics(new Health(), { KAFKA_TLS_CERT_FILE: fileOf('heartbeat') });
    const line = async (): Promise<string | undefined> => /^certificate_expires_\w+\{.*$/m.exec(await metrics.metrics())?.[0];
    expect(await line()).toMatch(` ${await expiryIn(fileOf('heartbeat'))}`);
    await writeFile(fileOf('heartbeat'), await readFile(fileOf('ca')));
    expect(await line()).toMatch(` ${await expiryIn(fileOf('ca'))}`);
    await writeFile(fileOf('heartbeat'), 'half a certif');
    expect(await line()).toBeUndefined();
  });
});
