/** TLS from files that may be replaced while a service runs: each new connection takes them as they are then. */
import { readFileSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Paths of PEM files: whose certificates are trusted, and the own identity. */
export type TlsFiles = { readonly ca: string; readonly cert?: string; readonly key?: string };

/** For whoever connects: reads the files each time that it is asked for. */
export type TlsOptions = { readonly secureContext: SecureContext };

/**
 * The options of connections by these files. Certificate and key are replaced one after the other: while they do not match, what did
 * last is used again.
 *
 * @throws Error when the files cannot be read, or do not match, to begin with
 */
export const tlsOptions = (files: TlsFiles): TlsOptions => {
  let last = readContext(files);
  return {
    get secureContext() {
      try {
        last = readContext(files);
      } catch {
        // In the midst of being replaced.
      }
      return last;
    },
  };
};

const readContext = ({ ca, cert, key }: TlsFiles): SecureContext =>
  createSecureContext({
    ca: readFileSync(ca),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  });

/** Connections of HTTPS, kept open, to servers that a CA vouches for. Node's own agent takes files only as they were when it was made. */
export class TlsAgent extends Agent {
  readonly #tls: TlsOptions;

  constructor(files: TlsFiles) {
    // A session that is resumed would be trusted by what was known when it began.
    super({ keepAlive: true, maxCachedSessions: 0 });
    this.#tls = tlsOptions(files);
  }

  override createConnection(...[options, onCreated]: Parameters<Agent['createConnection']>): ReturnType<Agent['createConnection']> {
    return super.createConnection({ ...options, secureContext: this.#tls.secureContext } as AgentOptions, onCreated);
  }
}
