import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import type { IncomingMessage, Server } from 'node:http';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, type ConnectionOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from './logging.ts';
import { createWebServer, type WebIdentity } from './web-server.ts';

const script = fileURLToPath(new URL('../../../scripts/create-certs.sh', import.meta.url));

describe('a web server with a certificate', () => {
  let folder = '';
  let server: Server | undefined;

  const make = (...names: readonly string[]): Promise<unknown> => promisify(execFile)(script, ['--dir', folder, '--names', names.join(' ')]);
  const filesOf = (name: string): { HTTPS_CERT_FILE: string; HTTPS_KEY_FILE: string } => ({ HTTPS_CERT_FILE: join(folder, `${name}.pem`), HTTPS_KEY_FILE: join(folder, `${name}.key`) });
  const serve = async (identity: WebIdentity): Promise<number> => {
    const app = (_request: unknown, response: { end: (text: string) => void }): void => response.end('served');
    server = createWebServer(identity, app, createLogger('test', 'silent')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  /** The name in the certificate that is shown to a new connection. */
  const nameAt = async (port: number, options: ConnectionOptions = {}): Promise<unknown> => {
    const socket = connect({ port, host: '127.0.0.1', ca: await readFile(join(folder, 'ca.pem')), ...options });
    await once(socket, 'secureConnect');
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return CN;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'web-'));
    await make('web', 'graphql-endpoint');
  });
  afterEach(async () => {
    server?.close();
    await rm(folder, { recursive: true });
  });

  it('serves by HTTPS, of a version that counts as safe', async () => {
    const port = await serve(filesOf('web'));
    const [response] = (await once(get({ port, host: '127.0.0.1', ca: await readFile(join(folder, 'ca.pem')) }), 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('served');
    expect(await nameAt(port, { maxVersion: 'TLSv1.2' })).toBe('web');
    await expect(nameAt(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow('alert protocol version');
  });

  it('takes a new one without being started anew, and keeps to the old one while only half of it is there', async () => {
    const port = await serve(filesOf('web'));
    const { HTTPS_CERT_FILE: cert, HTTPS_KEY_FILE: key } = filesOf('graphql-endpoint');
    await rename(cert, filesOf('web').HTTPS_CERT_FILE);
    expect(await nameAt(port)).toBe('web');
    await rename(key, filesOf('web').HTTPS_KEY_FILE);
    await expect.poll(() => nameAt(port), { timeout: 25_000 }).toBe('graphql-endpoint');
  });

  it('is refused half of an identity, and a key of another', async () => {
    const { HTTPS_CERT_FILE } = filesOf('web');
    await expect(serve({ HTTPS_CERT_FILE })).rejects.toThrow('HTTPS_CERT_FILE and HTTPS_KEY_FILE go together: set both or none');
    await expect(serve({ ...filesOf('graphql-endpoint'), HTTPS_CERT_FILE })).rejects.toThrow('HTTPS_CERT_FILE and HTTPS_KEY_FILE should be a certificate and its key in PEM');
  });
});
