/**
 * The codecs that kafkajs lacks, as far as sending goes. Snappy and LZ4 may leave data as it is inside their frames: a broker has to
 * unpack it all the same, and who cannot read the codec cannot read that either.
 */
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import kafkajs from 'kafkajs';

// Node does not see these names in the package's CommonJS: they come with its default.
const { CompressionCodecs, CompressionTypes } = kafkajs;

const uint32 = (value: number, order: 'big-endian' | 'little-endian'): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return order === 'big-endian' ? bytes : bytes.reverse();
};

/** Java's framing of one Snappy block: its length as a varint of four bytes, then all of it as one literal. */
const snappy = (data: Buffer): Buffer => {
  const length = Buffer.from([0, 7, 14, 21].map(bits => ((data.length >> bits) & 0x7f) | (bits < 21 ? 0x80 : 0)));
  const literal = [Buffer.from([0xfc]), uint32(data.length - 1, 'little-endian'), data];
  const block = Buffer.concat([length, ...literal]);
  const head = Buffer.from('82534e41505059000000000100000001', 'hex');
  return Buffer.concat([head, uint32(block.length, 'big-endian'), block]);
};

/** An LZ4 frame of one block of 64 kB at most; its highest bit says that it is not compressed. */
const lz4 = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.from('04224d18604082', 'hex'), uint32((data.length | 0x80000000) >>> 0, 'little-endian'), data, uint32(0, 'little-endian')]);

type Codec = 'GZIP' | 'Snappy' | 'LZ4' | 'ZSTD';

const packers: Readonly<Record<Codec, (data: Buffer) => Buffer | Promise<Buffer>>> = {
  GZIP: promisify(gzip), Snappy: snappy, LZ4: lz4, ZSTD: promisify(zstdCompress),
};

/**
 * Lets kafkajs send in every codec of Kafka, in this process.
 *
 * @param onPacked told of each batch that went into a codec
 */
export const registerCodecs = (onPacked: (codec: Codec) => void): void => {
  for (const codec of ['GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const) {
    const compress = async ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> => {
      onPacked(codec);
      return packers[codec](buffer);
    };
    CompressionCodecs[CompressionTypes[codec]] = () => ({ compress });
  }
};
