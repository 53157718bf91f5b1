/** `reload`: has the servers of a running bank take their certificates as they now stand on disk, without a restart. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import kafkajs, { type Admin } from 'kafkajs';
import { placesIn } from '../bank/folder.ts';
import { supervisorOf } from '../bank/lock.ts';
import { readStatus, type BankStatus } from '../bank/status.ts';
import { becomesTrue } from '../process/condition.ts';
import { loopback } from '../process/ports.ts';
import { authorityFile, certificateFiles, keystoreFile, tlsOf, type Identity } from '../security.ts';
import { soleNodeId } from '../servers/kafka.ts';
import { reloadCertificate } from '../servers/postgres.ts';
import { shownFingerprint } from '../servers/shown-certificate.ts';
import { paint, seconds } from './progress.ts';
import { setupCommand } from './summary.ts';

/** The registry looks at its files every half minute. */
const shownWithinMs = 70_000;
/** On a busy machine; it builds each of its channels anew. */
const takenWithinMs = 60_000;

const fail = (message: string): number => {
  process.stderr.write(`${message}\n`);
  return 1;
};

const broker = { type: kafkajs.ConfigResourceTypes.BROKER, name: String(soleNodeId) };

/** Whether the broker has taken a setting that was set while it runs. */
const hasTaken = async (admin: Admin, setting: string): Promise<boolean> => {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ ...broker, configNames: [setting] }] });
  return resources.some(({ configEntries }) => configEntries.some(({ configSource }) => configSource === kafkajs.ConfigSource.DYNAMIC_BROKER_CONFIG));
};

/**
 * Kafka reads the files of a listener when their settings are set, to whatever value, and of all at once: what is left out is unset. So
 * they are unset again afterwards, for what is set in this way outlives a restart, and the folder of certificates may be another then.
 * Not before the broker has taken them: it would not notice.
 */
const reloadKafka = async (port: number, certificates: string): Promise<void> => {
  const ssl = await tlsOf(certificates, 'synchronizer');
  const admin = new kafkajs.Kafka({ clientId: 'reload', brokers: [`${loopback}:${port}`], ssl, logLevel: kafkajs.logLevel.NOTHING, retry: { retries: 3 } }).admin();
  const files = { keystore: keystoreFile(certificates), truststore: authorityFile(certificates) };
  const settings = Object.entries(files).map(([name, value]) => ({ name: `listener.name.ssl.ssl.${name}.location`, value }));
  const set = (configEntries: typeof settings): Promise<unknown> => admin.alterConfigs({ validateOnly: false, resources: [{ ...broker, configEntries }] });
  await admin.connect();
  try {
    await set(settings);
    const isTaken = await becomesTrue(async () => (await Promise.all(settings.map(({ name }) => hasTaken(admin, name)))).every(Boolean), AbortSignal.timeout(takenWithinMs));
    if (!isTaken) throw new Error('its log tells why');
    await set([]);
  } finally {
    await admin.disconnect();
  }
};

type Server = { readonly name: string; readonly identity: Identity; readonly port: number; readonly speaks: 'tls' | 'postgresql' };

const serversOf = ({ ports, https, parts }: BankStatus): Server[] => {
  const servers: Server[] = [
    { name: 'kafka', identity: 'kafka', port: ports.kafka, speaks: 'tls' },
    { name: 'postgres', identity: 'postgres', port: ports.postgres, speaks: 'postgresql' },
    { name: 'registry', identity: 'registry', port: ports.registry, speaks: 'tls' },
  ];
  const servesPage = https === true && parts.some(({ name }) => name === 'graphql-endpoint');
  return servesPage ? [...servers, { name: 'graphql-endpoint', identity: 'web', port: ports.web, speaks: 'tls' }] : servers;
};

const showsItsOwn = async ({ identity, port, speaks }: Server, certificates: string): Promise<boolean> => {
  const { fingerprint256 } = new X509Certificate(await readFile(certificateFiles(certificates, identity).certFile));
  return (await shownFingerprint(port, speaks).catch(() => undefined)) === fingerprint256;
};

/**
 * Has every server of a bank take its certificate, and waits until it shows it.
 *
 * @returns the exit code
 */
export const reload = async (folder: string, certificates: string): Promise<number> => {
  const [supervisor, status] = await Promise.all([supervisorOf(folder), readStatus(folder)]);
  if (supervisor === undefined || status === undefined) return fail(`The bank is not running; ${setupCommand(folder)} starts it.`);
  if (status.certificates !== certificates) {
    return fail(`The bank of ${folder} ${status.certificates === undefined ? 'runs in plaintext' : `has its certificates in ${status.certificates}`}, not in ${certificates}.`);
  }
  const began = performance.now();
  try {
    await reloadKafka(status.ports.kafka, certificates);
  } catch (error) {
    return fail(`Kafka does not take its certificate: ${error instanceof Error ? error.message : String(error)}. ${setupCommand(folder, 'restart kafka')} makes it.`);
  }
  await reloadCertificate(join(placesIn(folder).data, 'postgres'), certificates);
  const late = await Promise.all(serversOf(status).map(async server => {
    const isShown = await becomesTrue(() => showsItsOwn(server, certificates), AbortSignal.timeout(shownWithinMs));
    if (isShown) process.stdout.write(`  ${paint('green', '✓')} ${server.name} shows its certificate after ${seconds(performance.now() - began)}\n`);
    return isShown ? [] : [server.name];
  }));
  return late.flat().length === 0 ? 0 : fail(`Still with another certificate than the files have: ${late.flat().join(', ')}. The log in ${placesIn(folder).logs} tells why.`);
};
