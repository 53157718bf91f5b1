import avro from 'avsc';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLong, encodeLong } from './long.ts';

/** As avsc packs the eight bytes that it is given. */
const plain = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt, toJSON: Number, isValid: () => true, compare: () => 0,
});

const edges = [0n, 1n, 63n, 64n, 2n ** 31n, 2n ** 47n, 2n ** 48n, 2n ** 53n, 2n ** 62n, 2n ** 63n].flatMap(edge => [edge - 1n, edge, -edge, -edge - 1n]);
const long = fc.oneof(fc.constantFrom(...edges.map(edge => BigInt.asIntN(64, edge))), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n }));

describe('a long', () => {
  it('is the bytes that avsc makes of it, and comes back from them', () => {
    fc.assert(
      fc.property(long, value => {
        const bytes = Buffer.from(encodeLong(value));
        expect(bytes).toEqual(plain.toBuffer(value));
        expect(decodeLong(bytes)).toBe(value);
      }),
      { numRuns: 10_000 },
    );
  });

  it.each([['808080808000', 0n], ['8280808080808000', 1n], ['81808080808080808000', -1n]])('may take more bytes than it needs: %s', (hex, value) => {
    // Each byte but the last has its highest bit set, as another writer might have it.
    expect(decodeLong(Buffer.from(hex, 'hex'))).toBe(value);
  });

  it('of more than 64 bits is refused, not cut off', () => {
    expect(decodeLong(Buffer.from('ffffffffffffffffff01', 'hex'))).toBe(-(2n ** 63n));
    for (const hex of ['ffffffffffffffffff02', '8080808080808080808001', 'ffffffffffffffffffffffffff7f']) {
      expect(() => decodeLong(Buffer.from(hex, 'hex'))).toThrow(RangeError);
    }
  });
});
