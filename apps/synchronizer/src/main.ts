/** Makes Kafka's topics and ACLs and the registry's subjects what topology says: shows the plan, then applies it. Safe to run again. */
import { parseArgs } from 'node:util';
import { assertAdmitted, brokerErrorOf, connectionOf, kafkajsClient } from '@bank/messaging';
import { ConfigError, readConfig } from '@bank/service';
import { configuration } from './configuration.ts';
import { planAcls, untilObeyed } from './plan/acls.ts';
import { described, feasible } from './plan/plan.ts';
import { planSubjects } from './plan/subjects.ts';
import { planTopics, untilServed } from './plan/topics.ts';
import { RegistryAdmin } from './registry-admin.ts';

const help = `synchronizer: creates topics, registers schemas and sets ACLs, as topology describes them

  --plan   only show what would be done
  --help   this text

Environment: KAFKA_BROKERS, SCHEMA_REGISTRY_URL, SCHEMA_REGISTRY_CA_FILE, TOPIC_PREFIX, KAFKA_TLS_CA_FILE, KAFKA_TLS_CERT_FILE,
KAFKA_TLS_KEY_FILE; each also as NAME_FILE, the file that holds its value.
ACLs are set where the brokers have an authorizer. Removed are those of the bank's services, on what bears the prefix, that topology does
not know; those of other principals are told and left.
Exit code 1, with nothing changed, when a schema is not compatible with a registered one or a topic's partition count differs.`;

const synchronize = async (isPlanOnly: boolean): Promise<void> => {
  const connection = connectionOf('synchronizer', readConfig(configuration, process.env));
  await assertAdmitted(connection);
  const admin = kafkajsClient(connection).admin();
  await admin.connect();
  try {
    const acls = await planAcls(admin, connection.topicPrefix);
    const planned = [
      ...(await planTopics(admin, connection.topicPrefix)),
      ...(await planSubjects(new RegistryAdmin(connection), connection.topicPrefix)),
      ...acls.steps,
    ];
    const steps = feasible(planned);
    console.log([described(steps), ...acls.remarks].join('\n'));
    if (isPlanOnly) return;
    for (const step of steps) await step.apply();
    await untilServed(admin, connection.topicPrefix);
    await untilObeyed(admin, connection.topicPrefix);
    console.log(steps.every(({ action }) => action === 'same') ? 'nothing to do' : 'done');
  } finally {
    await admin.disconnect();
  }
};

const whyOf = (error: unknown): string => {
  if (brokerErrorOf(error) === 'CLUSTER_AUTHORIZATION_FAILED') {
    return 'the brokers do not let this identity administer them, KAFKA_TLS_CERT_FILE should be the certificate of the synchronizer';
  }
  return error instanceof Error ? error.message : String(error);
};

try {
  const { values } = parseArgs({ options: { plan: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } } });
  if (values.help) console.log(help);
  else await synchronize(values.plan);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : `synchronizer: ${whyOf(error)}`);
  process.exitCode = 1;
}
