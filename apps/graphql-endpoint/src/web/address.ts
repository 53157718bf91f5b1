/** What counts as one address. */
import { isIPv6 } from 'node:net';

/** The four groups of 16 bits that a network has of its own; in the other four its addresses are anybody's to choose. */
const groupsOfNetwork = 4;
const groups = 8;

/** An IPv4 address as it is, mapped into IPv6 or not, and of an IPv6 address its /64: who has one address in it has them all. */
export const blockOf = (address: string): string => {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = [], tail] = address.split('::').map(part => (part === '' ? [] : part.split(':')));
  const zeros = tail ? Array<string>(groups - head.length - tail.length).fill('0') : [];
  return `${[...head, ...zeros, ...(tail ?? [])].slice(0, groupsOfNetwork).join(':')}::/64`;
};
