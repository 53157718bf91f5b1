import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './partition.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the partition of a key', () => {
  // From UtilsTest.testMurmur2 of Apache Kafka.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('rests on the hash of Java\'s client: %s', (key, hash) => {
    expect(murmur2(bytes(key))).toBe(hash);
  });

  it('drops the sign of the hash instead of negating it, as Java\'s client does', () => {
    expect(partitionOf('21', 9)).toBe((-973932308 & 0x7fffffff) % 9);
    expect(partitionOf('foobar', 9)).toBe((-790332482 & 0x7fffffff) % 9);
  });

  it('is the only one where there is one', () => {
    expect(partitionOf('now', 1)).toBe(0);
  });

  it.each(['x'.repeat(1_000), 'é'.repeat(100), '\u{1f600}'.repeat(40)])('is of the whole key, however long', key => {
    expect(partitionOf(key, 9)).toBe((murmur2(bytes(key)) & 0x7fffffff) % 9);
  });

  it('counts bytes of UTF-8, not characters', () => {
    expect(murmur2(bytes('é'))).not.toBe(murmur2(bytes('e')));
    expect(partitionOf('é', 9)).toBe((murmur2(new Uint8Array([0xc3, 0xa9])) & 0x7fffffff) % 9);
  });

  it('is the same for a view into a larger buffer', () => {
    const larger = bytes('..foobar..');
    expect(murmur2(larger.subarray(2, 8))).toBe(murmur2(bytes('foobar')));
  });
});
