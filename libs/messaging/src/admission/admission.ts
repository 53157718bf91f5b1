/** Whether the brokers let a service in, and let it do what it is for. Clients, when refused, try again for long, or for ever, without a word. */
import type { Connection } from '../connection.ts';
import { RefusedError } from '../errors.ts';
import { Broker, speaksTls } from './broker.ts';
import { assertIdentity } from './identity.ts';
import { forbiddenTopics, isGroupForbidden } from './rights.ts';

/** For what topics, with their prefix, and for what group. */
export type Wanted = { readonly read?: readonly string[]; readonly write?: readonly string[]; readonly group?: string };

/** A broker that has not answered by then counts as away. */
const answerWithinMs = 900;

/**
 * Asks all brokers, when the connection is by TLS, until one lets this service in: one that is away, or is itself wrongly set up, stops nobody.
 *
 * @throws RefusedError when this service is refused, and by no broker let in: what is wrong, and what would be right
 */
export const assertAdmitted = async ({ brokers, tls, clientId }: Pick<Connection, 'brokers' | 'tls' | 'clientId'>, wanted: Wanted = {}): Promise<void> => {
  if (!tls) return;
  await assertIdentity(tls);
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(answerWithinMs)]);
  const admissions = brokers.map(async address => {
    using broker = await Broker.dial(address, tls, signal);
    await assertRights(broker, clientId, wanted);
  });
  const refusal = await Promise.any(admissions).then(
    () => undefined,
    // It fails with the errors of all brokers, and with nothing else.
    (failure: unknown) => (failure as AggregateError).errors.find((error): error is RefusedError => error instanceof RefusedError),
  );
  enough.abort();
  if (refusal) throw refusal;
};

/**
 * Connects, and when that fails without TLS, tells whether it is what the brokers speak: clients only hear that they are cut off.
 *
 * @throws RefusedError in place of the client's error when a broker speaks TLS
 */
export const explained = async <R>({ brokers, tls }: Pick<Connection, 'brokers' | 'tls'>, connect: () => Promise<R>): Promise<R> => {
  try {
    return await connect();
  } catch (error) {
    const signal = AbortSignal.timeout(answerWithinMs);
    const secured = tls ? [] : await Promise.all(brokers.map(address => speaksTls(address, signal)));
    if (secured.includes(true)) throw new RefusedError(`the brokers at ${brokers.join(', ')} speak TLS: set KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE`, { cause: error });
    throw error;
  }
};

const assertRights = async (broker: Broker, clientId: string, { read = [], write = [], group }: Wanted): Promise<void> => {
  const forbidden = [
    ...(await forbiddenTopics(broker, read, 'read')).map(topic => `read topic ${topic}`),
    ...(await forbiddenTopics(broker, write, 'write')).map(topic => `write to topic ${topic}`),
    ...(group !== undefined && (await isGroupForbidden(broker, group)) ? [`be a member of group ${group}`] : []),
  ];
  if (forbidden.length === 0) return;
  throw new RefusedError(`${clientId} may not ${forbidden.join(', nor ')}: run the synchronizer, which gives each service its rights, and give the certificate of ${clientId}`);
};
