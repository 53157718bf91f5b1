/** The partition of a key, as Java's client computes it: every client passes it explicitly, so all agree. */

const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;

/**
 * 32-bit murmur2, signed, as `org.apache.kafka.common.utils.Utils.murmur2`.
 *
 * @param bytes the key as it stands on the topic
 */
export const murmur2 = (bytes: Uint8Array): number => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rest = bytes.length & ~3;
  let hash = seed ^ bytes.length;
  for (let at = 0; at < rest; at += 4) {
    let word = Math.imul(view.getInt32(at, true), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const tail = bytes.length - rest;
  if (tail === 3) hash ^= view.getUint8(rest + 2) << 16;
  if (tail >= 2) hash ^= view.getUint8(rest + 1) << 8;
  if (tail >= 1) hash = Math.imul(hash ^ view.getUint8(rest), multiplier);
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return hash ^ (hash >>> 15);
};

const utf8 = new TextEncoder();

/**
 * The partition of a key on a topic of so many partitions.
 *
 * @param partitions how many the topic has, at least 1
 */
export const partitionOf = (key: string, partitions: number): number => (murmur2(utf8.encode(key)) & 0x7fffffff) % partitions;
