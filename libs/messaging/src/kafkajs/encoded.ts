/** A part of a request that is encoded already, as kafkajs takes it: what it calls an encoder. */
export class Encoded {
  readonly buf: Buffer;

  constructor(buf: Buffer) {
    this.buf = buf;
  }

  get buffer(): Buffer {
    return this.buf;
  }

  size(): number {
    return this.buf.length;
  }
}
