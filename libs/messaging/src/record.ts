/**
 * A record in Kafka's format, version 2.
 *
 * @see https://kafka.apache.org/documentation/#record
 */

export type RecordFields = {
  readonly key?: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers?: Readonly<Record<string, string | Buffer | readonly (string | Buffer | null)[]>>;
};

/** Where a record stands in its batch, and how many milliseconds after the first: whole numbers of 31 bits. */
export type Place = { readonly offsetDelta: number; readonly timestampDelta: number };

/** Encodes records, one behind the other, into a buffer that is used again. */
export class RecordWriter {
  readonly #records = new Writer();
  readonly #body = new Writer();
  readonly #headers = new Writer();
  #headersOf: RecordFields['headers'];

  /** What was written since `clear`: a view that holds until more is written. */
  get written(): Buffer {
    return this.#records.written;
  }

  clear(): void {
    this.#records.clear();
  }

  /** @param fields those of messages that belong together may share one object of headers: it is encoded once */
  write({ key = null, value, headers = none }: RecordFields, { offsetDelta, timestampDelta }: Place): void {
    const body = this.#body;
    body.clear();
    // No attribute of a record is in use.
    body.varint(0);
    body.varint(timestampDelta);
    body.varint(offsetDelta);
    body.bytes(key);
    body.bytes(value);
    if (headers !== this.#headersOf) this.#encodeHeaders(headers);
    body.append(this.#headers);
    this.#records.varint(body.length);
    this.#records.append(body);
  }

  #encodeHeaders(headers: NonNullable<RecordFields['headers']>): void {
    const encoded = this.#headers;
    encoded.clear();
    // Without an array for each header, which would be a tenth of what is allocated for a message.
    let count = 0;
    for (const name in headers) {
      const content = headers[name] ?? '';
      count += isSingle(content) ? 1 : content.length;
    }
    encoded.varint(count);
    for (const name in headers) {
      const content = headers[name] ?? '';
      if (isSingle(content)) encoded.header(name, content);
      else for (const item of content) encoded.header(name, item);
    }
    this.#headersOf = headers;
  }
}

const none = {};

const isSingle = (content: string | Buffer | readonly (string | Buffer | null)[]): content is string | Buffer => typeof content === 'string' || Buffer.isBuffer(content);

/** The most bytes of a number of 32 bits, seven of which go into each byte. */
const mostOfVarint = 5;

/** A buffer that grows, and is used again. */
class Writer {
  #buffer = Buffer.allocUnsafe(4_096);
  #end = 0;

  /** What was written since `clear`: a view that holds until more is written. */
  get written(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  clear(): void {
    this.#end = 0;
  }

  get length(): number {
    return this.#end;
  }

  /** Appends what another has written. */
  append(other: Writer): void {
    this.#reserve(other.#end);
    this.#end += other.#buffer.copy(this.#buffer, this.#end, 0, other.#end);
  }

  /** Zigzag, so that small numbers of either sign are short. */
  varint(value: number): void {
    this.#reserve(mostOfVarint);
    let bits = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; bits >= 0x80; bits >>>= 7) this.#buffer[this.#end++] = (bits & 0x7f) | 0x80;
    this.#buffer[this.#end++] = bits;
  }

  /** The length in bytes, then the bytes; null has the length −1. */
  bytes(content: string | Buffer | null): void {
    if (content === null) this.varint(-1);
    else if (typeof content !== 'string') {
      this.varint(content.length);
      this.#reserve(content.length);
      this.#buffer.set(content, this.#end);
      this.#end += content.length;
    } else if (!this.#shortAscii(content)) {
      const length = Buffer.byteLength(content);
      this.varint(length);
      this.#reserve(length);
      this.#end += this.#buffer.write(content, this.#end);
    }
  }

  header(name: string, content: string | Buffer | null): void {
    this.bytes(name);
    this.bytes(content);
  }

  /** Names, keys and numbers are short and ASCII: a loop here is done before a call of Buffer's function has begun. */
  #shortAscii(text: string): boolean {
    const { length } = text;
    if (length > 63) return false;
    this.#reserve(1 + length);
    const start = this.#end + 1;
    for (let at = 0; at < length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0x7f) return false;
      this.#buffer[start + at] = code;
    }
    // As a varint in zigzag, which is one byte up to 63.
    this.#buffer[this.#end] = length << 1;
    this.#end = start + length;
    return true;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#end + bytes));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}
