/** Which certificate a server shows to who connects now. */
import { once } from 'node:events';
import { connect as connectPlainly } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { loopback } from '../process/ports.ts';

const answerTimeoutMs = 2_000;

/** PostgreSQL's SSLRequest: its length and a code; the answer is one byte, and then TLS begins. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

const begin = async (port: number, speaks: 'tls' | 'postgresql'): Promise<TLSSocket> => {
  // Whom it is shown to does not matter, nor whether it is to be believed: it is only looked at.
  if (speaks === 'tls') return connect({ port, host: loopback, rejectUnauthorized: false });
  const socket = connectPlainly({ port, host: loopback });
  socket.write(sslRequest);
  await once(socket, 'data', { signal: AbortSignal.timeout(answerTimeoutMs) });
  return connect({ socket, rejectUnauthorized: false });
};

/**
 * The fingerprint (SHA-256) of the certificate that a server of this machine shows.
 *
 * @throws Error when it does not answer
 */
export const shownFingerprint = async (port: number, speaks: 'tls' | 'postgresql'): Promise<string> => {
  const socket = await begin(port, speaks);
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(answerTimeoutMs) });
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    // A broker that asks for a certificate breaks the connection off after this.
    socket.on('error', () => undefined).destroy();
  }
};
