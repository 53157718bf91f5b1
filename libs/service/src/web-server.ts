/** The web server of a service: by HTTPS when it has a certificate, which may be replaced while it runs. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { ConfigError } from './config.ts';
import type { Logger } from './logging.ts';

/**
 * How long a client may take: slow and half-open ones would keep their connections, and what they hold, for minutes. Headers come within
 * ten seconds, all of a request within twenty; a connection on which nothing moves, not even an answer that nobody reads, ends after sixty.
 */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 1_000 };
const handshakeTimeout = 10_000;
const stillnessMs = 60_000;

/** How often it is looked whether the certificate was replaced. */
const lookAgainMs = 2_000;

export type WebIdentity = { readonly HTTPS_CERT_FILE?: string | undefined; readonly HTTPS_KEY_FILE?: string | undefined };

/**
 * Makes a server, which does not listen yet.
 *
 * @throws ConfigError when certificate and key do not go together
 */
export const createWebServer = ({ HTTPS_CERT_FILE: cert, HTTPS_KEY_FILE: key }: WebIdentity, app: RequestListener, log: Logger): Server => {
  if (cert === undefined && key === undefined) return createServer(patience, app).setTimeout(stillnessMs);
  if (cert === undefined || key === undefined) throw new ConfigError('HTTPS_CERT_FILE and HTTPS_KEY_FILE go together: set both or none');
  const read = (): SecureContextOptions => ({ cert: readFileSync(cert), key: readFileSync(key), minVersion: 'TLSv1.2' });
  const server = createSecureServer({ ...patience, handshakeTimeout }, app);
  try {
    server.setSecureContext(read());
  } catch (cause) {
    throw new ConfigError(`HTTPS_CERT_FILE and HTTPS_KEY_FILE should be a certificate and its key in PEM: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  const renew = (): void => {
    try {
      server.setSecureContext(read());
      log.info('serving by the new certificate');
    } catch (error) {
      // Certificate and key are replaced one after the other.
      log.warn({ err: error }, 'the certificate and the key do not match: serving by those before');
    }
  };
  for (const file of [cert, key]) watchFile(file, { interval: lookAgainMs, persistent: false }, renew);
  server.once('close', () => [cert, key].forEach(file => unwatchFile(file, renew)));
  return server.setTimeout(stillnessMs);
};
