/** Who is let in, over HTTP and for an upgrade alike: those who ask for a host that is served here, and come from no page of another. */
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { RequestHandler } from 'express';
import proxyAddress from 'proxy-addr';
import { blockOf } from './address.ts';
import { isSameOrigin } from './origin.ts';

/** Names of the machine itself, which no other site's name can be made to mean. */
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

type Parts = {
  /** Names under which this service is reached besides those of the machine itself. */
  readonly hosts: readonly string[];
  /** Addresses and networks whose forwarding headers are believed. */
  readonly proxies: readonly string[];
};

/** Whether an address is that of a proxy which is believed. */
export type Trust = (address: string) => boolean;

export class Gate {
  /** For Express as well. */
  readonly trust: Trust;
  readonly #hosts: ReadonlySet<string>;

  constructor({ hosts, proxies }: Parts) {
    const trust = proxies.length > 0 ? proxyAddress.compile([...proxies]) : () => false;
    this.trust = address => trust(address, 0);
    this.#hosts = new Set([...loopbackNames, ...hosts.map(host => host.toLowerCase())]);
  }

  /** Whether the Host is one of this service: a page whose name was made to mean this machine sends its own. */
  servesHostOf({ headers: { host = '' } }: Pick<IncomingMessage, 'headers'>): boolean {
    const name = /^(\[[\da-f:]+\]|[^\s:@/?#\\]+)(:\d{1,5})?$/i.exec(host)?.[1];
    return name !== undefined && this.#hosts.has(name.toLowerCase());
  }

  /** Whether it comes from a page of this very host, or from no page. */
  isSameOrigin(request: IncomingMessage): boolean {
    return isSameOrigin(request, { isSecure: this.isSecure(request) });
  }

  /** Whether the client speaks TLS, to this service or to the proxy before it. */
  isSecure({ headers, socket }: IncomingMessage): boolean {
    if (socket instanceof TLSSocket) return true;
    const protocol = String(headers['x-forwarded-proto']).split(',', 1)[0]?.trim();
    return protocol === 'https' && this.trust(socket.remoteAddress ?? '');
  }

  /** Where the client is, as far as it can be believed; those who can have many addresses have one here. */
  addressOf(request: IncomingMessage): string {
    return blockOf(proxyAddress(request, this.trust));
  }
}

/** Refuses requests for other hosts, whatever they ask for. */
export const refuseOtherHosts =
  (gate: Gate): RequestHandler =>
  (request, response, next) => {
    if (gate.servesHostOf(request)) next();
    else response.status(421).json({ errors: [{ message: 'this host is not served here', extensions: { code: 'HOST_NOT_SERVED' } }] });
  };
