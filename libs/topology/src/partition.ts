/** The partition of a key, as Java's client computes it: every client passes it explicitly, so all agree. */

const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/**
 * 32-bit murmur2, signed, as `org.apache.kafka.common.utils.Utils.murmur2`.
 *
 * @param bytes holds the key as it stands on the topic
 * @param length how many of them, from the first, are the key
 */
export const murmur2 = (bytes: Uint8Array, length = bytes.length): number => {
  const byte = (at: number): number => bytes[at] ?? 0;
  const rest = length & ~3;
  let hash = seed ^ length;
  for (let at = 0; at < rest; at += 4) {
    let word = Math.imul(byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const tail = length - rest;
  if (tail === 3) hash ^= byte(rest + 2) << 16;
  if (tail >= 2) hash ^= byte(rest + 1) << 8;
  if (tail >= 1) hash = Math.imul(hash ^ byte(rest), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
};

const utf8 = new TextEncoder();
/** Where keys are encoded: ids and IBANs fit in, and most of what takes time is to make an array for each. */
const scratch = new Uint8Array(128);

const hashOf = (key: string): number => {
  const { read, written } = utf8.encodeInto(key, scratch);
  return read === key.length ? murmur2(scratch, written) : murmur2(utf8.encode(key));
};

/**
 * The partition of a key on a topic of so many partitions.
 *
 * @param partitions how many the topic has, at least 1
 */
export const partitionOf = (key: string, partitions: number): number => (hashOf(key) & 0x7fffffff) % partitions;
