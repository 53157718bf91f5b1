/** What create-certs.sh makes, keeps and renews, by the real script and openssl. */
import { execFile } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const identities = [
  'kafka', 'postgres', 'registry', 'web', 'synchronizer', 'command-handler', 'command-generator', 'heartbeat', 'graphql-endpoint',
];
const script = join(import.meta.dirname, 'create-certs.sh');
const run = promisify(execFile);

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'create certs-'));
});
afterEach(() => rm(dir, { recursive: true }));

type Outcome = { readonly code: number; readonly output: string };

const create = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> => {
  try {
    const { stdout } = await run(script, ['--dir', dir, ...args], { env });
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: stdout + stderr };
  }
};

/** What the script says it did, by name. */
const verbs = async (args?: readonly string[]): Promise<Record<string, string>> =>
  Object.fromEntries([...(await create(args)).output.matchAll(/^ {2}(\w+) +(\S+) +until/gm)].map(([, verb = '', name = '']) => [name, verb] as const));

const read = (file: string): Promise<string> => readFile(join(dir, file), 'utf8');
const certificate = async (name: string): Promise<X509Certificate> => new X509Certificate(await read(`${name}.pem`));

const contents = async (): Promise<Record<string, string>> => {
  const names = (await readdir(dir)).filter(name => /\.(pem|key)$/.test(name));
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await read(name)] as const)));
};

/** Puts a certificate in place that the authority has signed for so many days. */
const signFor = async (name: string, days: number): Promise<void> => {
  const at = (file: string): string => join(dir, file);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-keyout', at(`${name}.key`)];
  await run('openssl', ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-days', String(days), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-out', at(`${name}.pem`)]);
};

const daysLeft = ({ validToDate }: X509Certificate): number => Math.round((validToDate.getTime() - Date.now()) / 86_400_000);

describe('certificates', () => {
  it('are one for each part and one of their authority, for their owner only', async () => {
    expect(await verbs()).toEqual(Object.fromEntries(['ca', ...identities].map(name => [name, 'made'])));
    const files = ['ca', ...identities].flatMap(name => [`${name}.pem`, `${name}.key`]);
    expect(Object.keys(await contents()).sort()).toEqual([...files, 'kafka.keystore.pem'].sort());
    for (const name of Object.keys(await contents())) expect([name, (await stat(join(dir, name))).mode & 0o777]).toEqual([name, 0o600]);
    expect(await read('kafka.keystore.pem')).toBe((await read('kafka.key')) + (await read('kafka.pem')));
  });

  it('are for their own names, servers and clients, with keys of the curve P-256 as PKCS#8', async () => {
    await create();
    const authority = await certificate('ca');
    expect(authority.ca).toBe(true);
    expect(daysLeft(authority)).toBe(3650);
    for (const name of identities) {
      const leaf = await certificate(name);
      const brokers = name === 'kafka' ? [1, 2, 3, 4, 5, 6, 7, 8, 9].map(id => `DNS:kafka-${id}, `).join('') : '';
      expect(leaf.subject).toBe(`CN=${name}`);
      expect(leaf.subjectAltName).toBe(`DNS:${name}, ${brokers}DNS:localhost, IP Address:127.0.0.1`);
      // serverAuth and clientAuth.
      expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
      expect([leaf.ca, leaf.verify(authority.publicKey), leaf.checkIssued(authority), daysLeft(leaf)]).toEqual([false, true, true, 365]);
      expect(await read(`${name}.key`)).toMatch(/^-----BEGIN PRIVATE KEY-----/);
      const key = createPrivateKey(await read(`${name}.key`));
      expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
      expect(leaf.checkPrivateKey(key)).toBe(true);
    }
  });

  it('say what they may be used for: an authority to sign others, a part to sign what it says', async () => {
    await create(['--names', 'web']);
    const text = async (name: string): Promise<string> => (await run('openssl', ['x509', '-in', join(dir, `${name}.pem`), '-noout', '-ext', 'keyUsage,basicConstraints'])).stdout;
    expect(await text('ca')).toMatch(/critical\n\s+CA:TRUE, pathlen:0\n.*critical\n\s+Certificate Sign, CRL Sign\n/);
    expect(await text('web')).toMatch(/critical\n\s+CA:FALSE\n.*critical\n\s+Digital Signature\n/);
  });
});

describe('once more', () => {
  it('nothing is changed', async () => {
    await create();
    const before = await contents();
    expect(await verbs()).toEqual(Object.fromEntries(['ca', ...identities].map(name => [name, 'kept'])));
    expect(await contents()).toEqual(before);
  });

  it('what expires within 30 days is renewed by the same authority, with a new key, and what expires later is kept', async () => {
    const names = ['--names', 'kafka heartbeat'];
    await create(names);
    const [authority, keystore] = [await read('ca.pem'), await read('kafka.keystore.pem')];
    await Promise.all([signFor('kafka', 29), signFor('heartbeat', 31)]);
    const soon = await certificate('kafka');
    expect(await verbs(names)).toEqual({ ca: 'kept', kafka: 'renewed', heartbeat: 'kept' });
    const renewed = await certificate('kafka');
    expect([await read('ca.pem'), daysLeft(renewed), renewed.verify(new X509Certificate(authority).publicKey)]).toEqual([authority, 365, true]);
    expect(renewed.publicKey.equals(soon.publicKey)).toBe(false);
    expect(await read('kafka.keystore.pem')).not.toBe(keystore);
    expect(await read('kafka.keystore.pem')).toContain(await read('kafka.pem'));
  });

  it('what an interruption has left is made whole: no key, the key of another, the certificate of another authority', async () => {
    const names = ['--names', 'kafka web heartbeat'];
    await create(names);
    await Promise.all([rm(join(dir, 'web.key')), writeFile(join(dir, 'heartbeat.key'), await read('kafka.key'))]);
    expect(await verbs(names)).toEqual({ ca: 'kept', kafka: 'kept', web: 'made', heartbeat: 'renewed' });
    await Promise.all([rm(join(dir, 'ca.pem')), rm(join(dir, 'ca.key'))]);
    expect(await verbs(names)).toEqual({ ca: 'made', kafka: 'renewed', web: 'renewed', heartbeat: 'renewed' });
  });

  it('--renew makes every certificate anew, of the same authority', async () => {
    await create(['--names', 'web']);
    const before = await contents();
    expect(await verbs(['--names', 'web', '--renew'])).toEqual({ ca: 'kept', web: 'renewed' });
    const after = await contents();
    expect(Object.keys(before).filter(name => before[name] === after[name]).sort()).toEqual(['ca.key', 'ca.pem']);
  });

  it('--force makes everything anew', async () => {
    await create(['--names', 'web']);
    const before = await contents();
    expect(await verbs(['--names', 'web', '--force'])).toEqual({ ca: 'made', web: 'renewed' });
    const after = await contents();
    expect(Object.keys(before).filter(name => before[name] === after[name])).toEqual([]);
    expect((await certificate('web')).verify((await certificate('ca')).publicKey)).toBe(true);
  });

  it('certificates of an authority whose key is elsewhere are kept, and told of when one is missing', async () => {
    await create(['--names', 'web']);
    await rm(join(dir, 'ca.key'));
    expect(await verbs(['--names', 'web'])).toEqual({ ca: 'kept', web: 'kept' });
    const { code, output } = await create(['--names', 'web heartbeat']);
    expect(code).toBe(1);
    expect(output).toContain(`heartbeat needs a new certificate, and without ${dir}/ca.key none can be made.`);
  });

  it('an authority with the key of another is refused', async () => {
    await create(['--names', 'web']);
    await writeFile(join(dir, 'ca.key'), await read('web.key'));
    expect(await create(['--names', 'web'])).toEqual({ code: 1, output: expect.stringContaining('ca.key is not the key of ca.pem') as string });
  });
});

describe('a command line', () => {
  it.each([
    [['--forced'], 'There is no option --forced.'], [['--names'], '--names needs a value.'], [['--names', 'Web'], '"Web" is no name of a part'], [['--names', 'ca'], '"ca" is no name'],
  ])('that makes no sense is refused: %j', async (args, message) => {
    expect(await create(args)).toEqual({ code: 2, output: expect.stringContaining(message) as string });
    expect(await readdir(dir)).toEqual([]);
  });

  it('is explained', async () => {
    const { code, output } = await create(['--help']);
    expect([code, output]).toEqual([0, expect.stringContaining('--force') as string]);
  });

  it('without openssl is told what is missing', async () => {
    const tools = await mkdtemp(join(dir, 'tools-'));
    await run('ln', ['-s', ...(await run('bash', ['-c', 'command -v bash dirname env'])).stdout.trim().split('\n'), tools]);
    expect(await create([], { PATH: tools })).toEqual({ code: 1, output: expect.stringContaining('openssl is missing: OpenSSL 3.0 or later is needed') as string });
  });
});
