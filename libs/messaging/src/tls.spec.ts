import { once } from 'node:events';
import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect, TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identityIn, makeCertificates } from './testing/certificates.ts';
import { TlsAgent, tlsOptions } from './tls.ts';

describe('files of TLS', () => {
  let folder = '';
  let port = 0;
  let close = (): void => undefined;
  const [ours, others] = [(): string => join(folder, 'ours'), (): string => join(folder, 'others')];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tls-'));
    await makeCertificates(ours(), ['kafka', 'heartbeat', 'command-generator']);
    await makeCertificates(others(), ['heartbeat']);
    const { ca, cert, key } = identityIn(ours(), 'kafka');
    const identity = { ca: await readFile(ca), cert: await readFile(cert), key: await readFile(key) };
    // It tells each client, by its certificate, who that is.
    const server = createServer({ ...identity, requestCert: true, rejectUnauthorized: false }, ({ socket }, response) => {
      response.end(socket instanceof TLSSocket ? String(socket.getPeerX509Certificate()?.subject) : '');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
    close = () => {
      server.close();
      server.closeAllConnections();
    };
  });
  afterEach(async () => {
    close();
    await rm(folder, { recursive: true });
  });

  /** As who the server sees a new connection. */
  const seenAs = async (tls: ReturnType<typeof tlsOptions>): Promise<string> => {
    const socket = connect({ port, host: '127.0.0.1', ...tls });
    await once(socket, 'secureConnect');
    socket.end('GET / HTTP/1.0\r\n\r\n');
    return (await text(socket)).split('\r\n\r\n')[1] ?? '';
  };

  it('that are replaced count for the next connection, once certificate and key match', async () => {
    const [before, after] = [identityIn(ours(), 'heartbeat'), identityIn(ours(), 'command-generator')];
    const tls = tlsOptions(before);
    expect(await seenAs(tls)).toBe('CN=heartbeat');
    await rename(after.cert, before.cert);
    expect(await seenAs(tls)).toBe('CN=heartbeat');
    await rename(after.key, before.key);
    expect(await seenAs(tls)).toBe('CN=command-generator');
  });

  it('that are not there, or do not match, are an error to begin with', () => {
    expect(() => tlsOptions({ ca: '/not/there.pem' })).toThrow('ENOENT');
    expect(() => tlsOptions({ ...identityIn(ours(), 'heartbeat'), key: identityIn(ours(), 'kafka').key })).toThrow('key values mismatch');
  });

  it('are taken by connections of HTTPS as well, which are kept and used again', async () => {
    const { ca } = identityIn(ours(), 'heartbeat');
    const agent = new TlsAgent({ ca });
    const ask = async (): Promise<{ isReused: boolean }> => {
      const request = get({ port, host: '127.0.0.1', agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await text(response);
      return { isReused: request.reusedSocket };
    };
    expect(await ask()).toEqual({ isReused: false });
    await expect.poll(ask).toEqual({ isReused: true });
    agent.destroy();
    await rename(identityIn(others(), 'heartbeat').ca, ca);
    await expect(ask()).rejects.toThrow('certificate');
    agent.destroy();
  });
});
