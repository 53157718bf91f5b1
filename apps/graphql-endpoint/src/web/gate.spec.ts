import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';

/** A request from an address of the network 10.0.0.0/8, with these headers. */
const requestWith = (headers: IncomingMessage['headers'], from = '10.0.0.1'): IncomingMessage => {
  const request = new IncomingMessage(Object.defineProperty(new Socket(), 'remoteAddress', { value: from }));
  Object.assign(request.headers, headers);
  return request;
};

const open = new Gate({ hosts: [], proxies: [] });
const behindProxy = new Gate({ hosts: ['Bank.example'], proxies: ['10.0.0.0/8'] });

describe('a host', () => {
  it.each(['127.0.0.1', '127.0.0.1:8080', 'localhost', 'LOCALHOST:5173', '[::1]', '[::1]:8080'])('%s is always served', host => {
    expect(open.servesHostOf({ headers: { host } })).toBe(true);
  });

  it.each(['bank.example', 'evil.example:8080', 'localhost.evil.example', 'localhost@evil.example', 'localhost:', 'localhost:80:80', '', '::1'])(
    '%j is not served',
    host => {
      expect(open.servesHostOf({ headers: { host } })).toBe(false);
    },
  );

  it('that is configured is served, on any port and in any case', () => {
    for (const host of ['bank.example', 'BANK.example:8443']) expect(behindProxy.servesHostOf({ headers: { host } })).toBe(true);
    expect(behindProxy.servesHostOf({ headers: { host: 'www.bank.example' } })).toBe(false);
    expect(behindProxy.servesHostOf({ headers: {} })).toBe(false);
  });
});

describe('what proxies forward', () => {
  const forwarded = { 'x-forwarded-for': '198.51.100.7, 10.0.0.2', 'x-forwarded-proto': 'https', host: 'bank.example' };

  it('is believed of a trusted one', () => {
    const request = requestWith({ ...forwarded, origin: 'https://bank.example' });
    expect(behindProxy.addressOf(request)).toBe('198.51.100.7');
    expect(behindProxy.isSecure(request)).toBe(true);
    expect(behindProxy.isSameOrigin(request)).toBe(true);
  });

  it('is not believed of anybody else', () => {
    for (const [gate, from] of [[open, '10.0.0.1'], [behindProxy, '203.0.113.1']] as const) {
      const request = requestWith(forwarded, from);
      expect(gate.addressOf(request)).toBe(from);
      expect(gate.isSecure(request)).toBe(false);
    }
  });
});

describe('an origin', () => {
  it('is the same by protocol, host and port', () => {
    const from = (origin: string, host = 'localhost:8080'): boolean => open.isSameOrigin(requestWith({ origin, host }));
    expect(from('http://localhost:8080')).toBe(true);
    expect(from('http://localhost', 'localhost:80')).toBe(true);
    for (const other of ['https://localhost:8080', 'http://localhost:8081', 'http://127.0.0.1:8080', 'null', 'nonsense']) {
      expect(from(other)).toBe(false);
    }
  });
});
