/** What keeps the suites that share a stack apart: a prefix for topics, and databases of their own. */
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { createDatabase, createServiceDatabase, dropDatabase, type Credentials } from '../servers/database.ts';
import { serviceEnvironment, type ServiceEnvironment } from '../service-environment.ts';
import type { StackAddresses } from '../stack.ts';
import { findEnvironment } from './environment.ts';

export type Suite = AsyncDisposable & {
  /** For a service under test, as it stands; on a secured stack as the synchronizer, whom `serviceEnvironment` makes another. */
  readonly env: ServiceEnvironment & { readonly TOPIC_PREFIX: string };
  /** Makes an empty database that only its own new role can enter, and returns the address for that role. */
  createDatabase(): Promise<string>;
  /** Makes an empty database as a service of the bank has it: with an owner, who migrates it, and a role that only reads and writes rows. */
  createServiceDatabase(): Promise<{ readonly ownerUrl: string; readonly url: string }>;
};

/** Deletes the topics of a suite. They go with the stack in any case: a broker that a test has left dead must not fail the test. */
const deleteTopics = async (brokers: string, prefix: string): Promise<void> => {
  const kafka = new Kafka({ clientId: prefix, brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry: { retries: 3 } });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const topics = (await admin.listTopics()).filter(topic => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } catch (error) {
    process.emitWarning(`the topics ${prefix}* were not deleted: ${String(error)}`);
  } finally {
    await admin.disconnect();
  }
};

type Place = {
  readonly env: ServiceEnvironment;
  readonly adminUrl: string;
  readonly isAlone: boolean;
};

const suiteOn = ({ env, adminUrl, isAlone }: Place): Suite => {
  const id = randomBytes(5).toString('hex');
  const prefix = isAlone ? '' : `suite-${id}-`;
  const databases: { readonly name: string; readonly roles: readonly string[] }[] = [];
  /** The logins to a database that goes with the suite. */
  const newLogins = (): { readonly owner: Credentials; readonly service: Credentials } => {
    const name = `suite_${id}_${databases.length}`;
    const loginOf = (role: string): Credentials => ({ name, role, password: randomBytes(12).toString('base64url') });
    const logins = { owner: loginOf(`${name}_owner`), service: loginOf(name) };
    databases.push({ name, roles: [logins.owner.role, logins.service.role] });
    return logins;
  };
  return {
    env: { ...env, TOPIC_PREFIX: prefix },
    createDatabase: () => createDatabase(adminUrl, newLogins().service),
    createServiceDatabase: () => createServiceDatabase(adminUrl, newLogins()),
    [Symbol.asyncDispose]: async () => {
      if (!isAlone) await deleteTopics(env.KAFKA_BROKERS, prefix);
      for (const database of databases) await dropDatabase(adminUrl, database);
    },
  };
};

/**
 * A place of its own on the stack for one spec file; what it made is removed when it is disposed of.
 *
 * @example
 * await using suite = await createSuite();
 * const service = start({ ...suite.env, DATABASE_URL: await suite.createDatabase() });
 *
 * @param stack one that has no other suite: its topics bear no prefix, of which a program that is not ours need not know, and go with it.
 *   The one of the environment when left out
 * @throws Error when there is no stack: the project's vitest.config.ts lacks the global set-up of @bank/stack
 */
export const createSuite = (stack?: StackAddresses): Promise<Suite> => {
  if (stack) return Promise.resolve(suiteOn({ env: serviceEnvironment(stack, 'synchronizer'), adminUrl: stack.adminDatabaseUrl, isAlone: true }));
  const environment = findEnvironment();
  if (environment === undefined) {
    return Promise.reject(new Error("no stack to test on: add globalSetup '../../libs/stack/src/vitest.ts' to vitest.config.ts"));
  }
  const { TEST_DATABASE_ADMIN_URL: adminUrl, ...env } = environment;
  return Promise.resolve(suiteOn({ env, adminUrl, isAlone: false }));
};
