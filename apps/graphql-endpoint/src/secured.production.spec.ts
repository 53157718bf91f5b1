import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram, type Program } from '@bank/stack';
import { Browser } from './testing/browser.ts';
import { deposit, followTransactions, nextBalances, openOwnAccount } from './testing/operations.ts';
import { createSetting, type Setting } from './testing/setting.ts';

const script = fileURLToPath(new URL('../../../scripts/create-certs.sh', import.meta.url));

const resources = new AsyncDisposableStack();
let setting: Setting;
let database: Awaited<ReturnType<Setting['createServiceDatabase']>>;

beforeAll(async () => {
  setting = resources.use(await createSetting());
  database = await setting.createServiceDatabase();
});
afterAll(() => resources.disposeAsync());

const run = (databaseUrl: string, ...args: readonly string[]): ReturnType<typeof runProgram> =>
  runProgram('graphql-endpoint', { env: { ...setting.env, PORT: '0', DATABASE_URL: databaseUrl }, args });

describe('an endpoint whose role may only read and write', () => {
  it('says in one line that its database has to be migrated, and exits with 1', async () => {
    const { code, output } = await run(database.url);
    expect(code).toBe(1);
    expect(output).not.toContain('trying again');
    expect(output.split('\n').filter(line => line.includes('"fatal"'))).toEqual([expect.stringContaining('run the verb \\"migrate\\" first')]);
  });

  it('serves once the owner has migrated, and can build its projection anew', async () => {
    const env = { DATABASE_URL: database.ownerUrl };
    expect(await runProgram('graphql-endpoint', { env, args: ['migrate'] })).toMatchObject({ code: 0, output: expect.stringMatching(/^migrated: 0001_\S+, 0002_/) as string });
    expect(await runProgram('graphql-endpoint', { env, args: ['migrate'] })).toMatchObject({ code: 0, output: 'nothing to migrate\n' });
    await using endpoint = await setting.start({ DATABASE_URL: database.url });
    await using browser = new Browser(endpoint.url);
    await openOwnAccount(browser);
    await endpoint[Symbol.asyncDispose]();
    expect(await run(database.url, 'rebuild')).toMatchObject({ code: 0, output: expect.stringContaining('as before') as string });
  });
});

describe('an endpoint with a certificate', () => {
  let endpoint: Program;

  beforeAll(async () => {
    const folder = resources.adopt(await mkdtemp(join(tmpdir(), 'https-')), made => rm(made, { recursive: true }));
    await promisify(execFile)(script, ['--dir', folder, '--names', 'web']);
    setDefaultCACertificates([...getCACertificates(), await readFile(join(folder, 'ca.pem'), 'utf8')]);
    endpoint = await setting.start({ HTTPS_CERT_FILE: join(folder, 'web.pem'), HTTPS_KEY_FILE: join(folder, 'web.key') });
  });

  it('serves health and pages by HTTPS, and tells browsers to come by nothing else', async () => {
    expect(endpoint.url).toMatch(/^https:/);
    expect((await fetch(`${endpoint.url}/health/ready`)).status).toBe(200);
    expect((await fetch(endpoint.url)).headers.get('strict-transport-security')).toBe('max-age=31536000');
  });

  it('gives cookies for HTTPS only, and streams, to pages of its own', async () => {
    await using browser = new Browser(endpoint.url);
    const iban = await openOwnAccount(browser);
    expect(browser.setCookie).toContain('Secure');
    const stream = followTransactions(browser, iban, '');
    await deposit(browser);
    await nextBalances(stream, 1);
    await using elsewhere = new Browser(endpoint.url, { origin: endpoint.url.replace('https', 'http') });
    expect((await elsewhere.ask('{ me { username } }')).errors).toMatchObject([{ message: 'requests from pages of other hosts are not answered' }]);
  });
});
