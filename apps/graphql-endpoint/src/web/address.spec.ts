import { expect, it } from 'vitest';
import { blockOf } from './address.ts';

it.each([
  ['an address of IPv4', '192.0.2.1', '192.0.2.1'],
  ['one that is mapped into IPv6', '::ffff:192.0.2.1', '192.0.2.1'],
  ['the machine itself', '::1', '0:0:0:0::/64'],
  ['an address of IPv6', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['one whose network ends in zeros', '2001:db8::5:6', '2001:db8:0:0::/64'],
  ['one with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['what is no address', 'unknown', 'unknown'],
])('%s, %s, counts as %s', (_what, address, block) => {
  expect(blockOf(address)).toBe(block);
});
