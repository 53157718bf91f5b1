/** The producer port on librdkafka: it numbers, batches and sends again by itself; here is counted what it reports. */
import type { Connection } from '../connection.ts';
import { leave } from '../leave.ts';
import type { Headers, ProducerPort } from '../port.ts';
import { loadBinding, type BindingError, type BindingHeaders } from './binding.ts';
import { connect, plainError, settingsOf } from './client.ts';
import { headersTo } from './message.ts';

/** A send fails after so long: who sends knows better whether to go on. */
const sendWithinMs = 5_000;

/** Connects an idempotent producer. The caller keeps one send in flight. */
export const connectLibrdkafkaProducer = async (connection: Connection): Promise<ProducerPort> => {
  const { Producer } = loadBinding();
  let reported: (error: BindingError | null | undefined) => void = () => undefined;
  const client = new Producer({
    ...settingsOf(connection),
    'enable.idempotence': true,
    'message.timeout.ms': sendWithinMs,
    // A send is one batch for each partition, made within this time.
    'linger.ms': 1,
    dr_cb: error => reported(error),
  });
  await connect(client, sendWithinMs);
  client.setPollInBackground(true);
  return {
    send: async messages => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let unacknowledged = messages.length;
      reported = error => {
        if (error) reject(plainError(error));
        unacknowledged -= 1;
        if (unacknowledged === 0) resolve();
      };
      const headersOf = cachedHeaders();
      for (const { topic, partition, value, key, headers } of messages) client.produce(topic, partition, value, key, undefined, undefined, headersOf(headers));
      return promise;
    },
    [Symbol.asyncDispose]: () => leave({ disconnect: () => new Promise<void>(resolve => client.disconnect(0, resolve)) }),
  };
};

/** Messages that belong together share one object of headers. */
const cachedHeaders = (): ((headers: Headers) => BindingHeaders) => {
  let [last, converted]: [Headers, BindingHeaders] = [{}, []];
  return headers => {
    if (headers !== last) [last, converted] = [headers, headersTo(headers)];
    return converted;
  };
};
