/** One question to a Kafka broker, asked without a client: who is in your cluster? */
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { loopback } from '../process/ports.ts';

const answerTimeoutMs = 2_000;

/** Metadata, version 1, about no topics: size, API key, version, correlation id, no client id, an empty array. */
const request = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0]);
/** The answer begins with its size, and goes on with the correlation id and the brokers. */
const sizeBytes = 4;
const brokersAt = 8;

const readAnswer = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= sizeBytes && answer.length >= sizeBytes + answer.readInt32BE(0)) resolve(answer);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the broker closed the connection without an answer')));
  });

/** The ports of the brokers in an answer. Each has an id, a host, a port and a rack; texts stand behind their length in two bytes, −1 for none. */
const portsIn = (answer: Buffer): readonly number[] => {
  const ports: number[] = [];
  let at = brokersAt + 4;
  for (let left = answer.readInt32BE(brokersAt); left > 0; left -= 1) {
    const portAt = at + 4 + 2 + answer.readInt16BE(at + 4);
    ports.push(answer.readInt32BE(portAt));
    at = portAt + 4 + 2 + Math.max(0, answer.readInt16BE(portAt + 4));
  }
  return ports;
};

/**
 * Whether a broker tells who is in its cluster and counts itself in. Its port opens earlier, and a client that retries by itself would
 * take longer to find out.
 *
 * @param tls who asks, and whom to trust, where the broker speaks TLS
 */
export const isInCluster = async (port: number, tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key'>): Promise<boolean> => {
  const place = { port, host: loopback, timeout: answerTimeoutMs };
  const socket = tls === undefined ? connect(place) : connectSecurely({ ...place, ...tls });
  socket.once('timeout', () => socket.destroy(new Error('the broker did not answer in time')));
  try {
    socket.write(request);
    return portsIn(await readAnswer(socket)).includes(port);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
