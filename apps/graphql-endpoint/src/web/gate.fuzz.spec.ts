import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockOf } from './address.ts';
import { Gate } from './gate.ts';
import { isSameOrigin } from './origin.ts';

const served = ['bank.example', '127.0.0.1', 'localhost', '[::1]'];
const gate = new Gate({ hosts: ['bank.example'], proxies: [] });
const hosts = fc.oneof(
  fc.tuple(fc.constantFrom(...served, 'BANK.example', 'other.example'), fc.constantFrom('', ':', ':80', ':123456', '.', '@x', '/x', '\0', ' ', '#', '?', ':8o', '\\', ':80:80'), fc.constantFrom('', ' ', 'me@', 'x.')).map(([name, after, before]) => `${before}${name}${after}`),
  fc.string({ unit: 'binary', maxLength: 30 }),
);

it('any Host that is served names one of the hosts, and nothing but that and a port', () => {
  fc.assert(fc.property(hosts, host => {
    if (gate.servesHostOf({ headers: { host } })) expect(served.flatMap(name => [name, ...Array.from(/:[0-9]{1,5}$/.exec(host) ?? [], port => `${name}${port}`)])).toContain(host.toLowerCase());
    else expect(served).not.toContain(host);
  }), { numRuns: 10_000 });
});

it('any Origin is the same as a Host only if it is spelled like it, or there is none', () => {
  const origins = fc.oneof(hosts.map(host => `http://${host}`), hosts, fc.constantFrom('null', 'http://bank.example', 'https://bank.example', undefined), fc.string({ unit: 'binary' }));
  fc.assert(fc.property(origins, fc.oneof(fc.constantFrom(...served), hosts), fc.boolean(), (origin, host, isSecure) => {
    if (!isSameOrigin({ headers: { host, ...(origin !== undefined && { origin }) } }, { isSecure }) || origin === undefined) return;
    expect(new URL(origin).protocol).toBe(isSecure ? 'https:' : 'http:');
    expect(new URL(origin).host).toBe(new URL(`${isSecure ? 'https' : 'http'}://${host}`).host);
  }), { numRuns: 10_000 });
});

it('any address has a block, which is its own or a network of 64 bits', () => {
  fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4().map(address => `::ffff:${address}`), fc.string({ unit: 'binary' })), address => {
    const block = blockOf(address);
    if (isIP(address) !== 6) expect(block).toBe(address);
    else if (!block.endsWith('::/64')) expect(isIP(block)).toBe(4);
    else expect(block.split(':').filter(group => group !== '' && group !== '/64')).toHaveLength(4);
  }), { numRuns: 10_000 });
});
