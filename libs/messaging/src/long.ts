/**
 * Avro's long: zigzag, so that small numbers of either sign are short, then seven bits to a byte, the least first.
 *
 * @see https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1
 */

/** 64 bits take so many bytes. */
const mostBytes = 10;
/** What fits into so many bytes, 49 bits, is reckoned by doubles, which are exact then: BigInt takes several times as long. */
const bytesOfDouble = 7;
const least = -(2n ** 48n);
const most = 2n ** 48n - 1n;

/** One of each length. */
const buffers = Array.from({ length: mostBytes + 1 }, (_, length) => Buffer.alloc(length));
const bufferOf = (length: number): Buffer => buffers[length] ?? Buffer.alloc(length);

/**
 * The bytes of a number of 64 bits.
 *
 * @returns a buffer that is used again: copy it before the next number is encoded
 */
export const encodeLong = (value: bigint): Buffer => (value >= least && value <= most ? encodeDouble(Number(value)) : encodeLarge(value));

const encodeDouble = (value: number): Buffer => {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  let length = 1;
  for (let limit = 128; rest >= limit; limit *= 128) length += 1;
  const bytes = bufferOf(length);
  for (let at = 0; at < length - 1; at += 1) {
    const higher = Math.floor(rest / 128);
    bytes[at] = 0x80 | (rest - higher * 128);
    rest = higher;
  }
  bytes[length - 1] = rest;
  return bytes;
};

const encodeLarge = (value: bigint): Buffer => {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  digits.push(Number(rest));
  const bytes = bufferOf(digits.length);
  bytes.set(digits);
  return bytes;
};

/**
 * The number in its bytes, all of them.
 *
 * @throws RangeError when they hold more than 64 bits
 */
export const decodeLong = (bytes: Uint8Array): bigint => {
  if (bytes.length > bytesOfDouble) return decodeLarge(bytes);
  let zigzag = 0;
  let unit = 1;
  for (const byte of bytes) {
    zigzag += (byte & 0x7f) * unit;
    unit *= 128;
  }
  return BigInt(zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2);
};

const decodeLarge = (bytes: Uint8Array): bigint => {
  const zigzag = bytes.length > mostBytes ? undefined : bytes.reduceRight((sum, byte) => (sum << 7n) | BigInt(byte & 0x7f), 0n);
  if (zigzag === undefined || zigzag >> 64n !== 0n) throw new RangeError('a long has more than 64 bits');
  return (zigzag >> 1n) ^ -(zigzag & 1n);
};
