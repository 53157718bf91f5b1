/** One question to a Kafka broker, asked without a client: who is in your cluster? */
import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { loopback } from '../process/ports.ts';

const answerTimeoutMs = 2_000;

/** Metadata, version 1, about no topics: size, API key, version, correlation id, no client id, an empty array. */
const request = Buffer.from([0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 255, 255, 0, 0, 0, 0]);
/** The answer begins with its size, the correlation id, and the number of brokers, each in four bytes. */
const brokerCountOffset = 8;

const readAnswer = (socket: Socket): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= brokerCountOffset + 4) resolve(answer);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the broker closed the connection without an answer')));
  });

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
    return (await readAnswer(socket)).readInt32BE(brokerCountOffset) > 0;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
};
