/** A broker as it is asked before any client is: one connection by TLS, and what the broker itself answers. */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { addAbortSignal } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { distrustOf } from '../distrust.ts';
import { RefusedError } from '../errors.ts';
import { tlsOptions, type TlsFiles } from '../tls.ts';

/** What kafkajs writes and reads requests with. */
export type Writer = {
  writeInt16(value: number): Writer;
  writeInt32(value: number): Writer;
  writeString(value: string): Writer;
  writeBoolean(value: boolean): Writer;
  writeArray(values: readonly string[], type: 'string'): Writer;
  writeEncoder(of: Writer): Writer;
  size(): number;
  readonly buffer: Buffer;
};
export type Reader = {
  readInt16(): number;
  readInt32(): number;
  readString(): string | null;
  readBoolean(): boolean;
  readArray<T>(read: (reader: Reader) => T): readonly T[];
};

const require = createRequire(import.meta.url);
const WriterOf = require('kafkajs/src/protocol/encoder.js') as new () => Writer;
const ReaderOf = require('kafkajs/src/protocol/decoder.js') as new (bytes: Buffer) => Reader;

export const newWriter = (): Writer => new WriterOf();

/** A request of Kafka, in a version from before the flexible ones. */
export type Request = { readonly key: number; readonly version: number; readonly body: Writer };

export class Broker implements Disposable {
  readonly #address: string;
  readonly #socket: TLSSocket;

  private constructor(address: string, socket: TLSSocket) {
    this.#address = address;
    this.#socket = socket;
  }

  /**
   * Connects, and has the broker answer once: by TLS 1.3 a client whose certificate is refused hears of it only after the handshake.
   *
   * @param address host:port
   * @throws RefusedError when either side refuses the other; any other error means that this broker is away
   */
  static async dial(address: string, tls: TlsFiles, signal: AbortSignal): Promise<Broker> {
    const broker = new Broker(address, addAbortSignal(signal, connect({ ...placeOf(address), ...tlsOptions(tls) })));
    try {
      await broker.ask({ key: 18, version: 0, body: newWriter() });
      return broker;
    } catch (error) {
      broker[Symbol.dispose]();
      throw broker.#refusalIn(error, tls) ?? error;
    }
  }

  /** Asks one thing, and gives what the answer holds. */
  async ask({ key, version, body }: Request): Promise<Reader> {
    const request = newWriter().writeInt16(key).writeInt16(version).writeInt32(0).writeString('').writeEncoder(body);
    this.#socket.write(newWriter().writeInt32(request.size()).writeEncoder(request).buffer);
    const answer = new ReaderOf(await this.#answer());
    // Its size, and the number of the request.
    answer.readInt32();
    answer.readInt32();
    return answer;
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }

  async #answer(): Promise<Buffer> {
    let bytes = Buffer.alloc(0);
    for await (const chunk of this.#socket.iterator({ destroyOnReturn: false })) {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      if (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE(0)) return bytes;
    }
    throw new Error(`the broker at ${this.#address} closed the connection without an answer`);
  }

  #refusalIn(cause: unknown, { cert }: TlsFiles): RefusedError | undefined {
    if (!(cause instanceof Error)) return undefined;
    const words = distrustOf(cause.message) ?? refusalOf('code' in cause ? String(cause.code) : '', cert);
    return words === undefined ? undefined : new RefusedError(`the broker at ${this.#address} ${words}`, { cause });
  }
}

/** What a broker means by the code of an alert of TLS. */
const refusalOf = (code: string, cert: string | undefined): string | undefined => {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'does not speak TLS there: give its secured port';
  if (!code.includes('_ALERT_')) return undefined;
  return cert === undefined
    ? 'lets nobody in without a certificate: set KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE'
    : `refuses the certificate in ${cert}: give one that is of the authority it trusts, and for clients (${code})`;
};

const placeOf = (address: string): { readonly host: string; readonly port: number } => {
  const { hostname: host, port } = new URL(`kafka://${address}`);
  return { host, port: Number(port) };
};

/** Whether a broker speaks TLS, whoever it is. */
export const speaksTls = async (address: string, signal: AbortSignal): Promise<boolean> => {
  // Nothing is said to it, so nothing has to be trusted.
  const socket = addAbortSignal(signal, connect({ ...placeOf(address), rejectUnauthorized: false }));
  try {
    await once(socket, 'secureConnect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
