/** What keeps the suites that share a stack apart: a prefix for topics, and databases of their own. */
import { randomBytes } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { createDatabase, dropDatabase } from '../servers/database.ts';
import type { StackAddresses } from '../stack.ts';
import { environmentOf, findEnvironment, type StackEnvironment } from './environment.ts';

export type Suite = AsyncDisposable & {
  /** For a service under test, as it stands. */
  readonly env: {
    readonly KAFKA_BROKERS: string;
    readonly SCHEMA_REGISTRY_URL: string;
    readonly TOPIC_PREFIX: string;
  };
  /** Makes an empty database that only its own new role can enter, and returns the address for that role. */
  createDatabase(): Promise<string>;
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

const suiteOn = ({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TEST_DATABASE_ADMIN_URL }: StackEnvironment, { isAlone }: { readonly isAlone: boolean }): Suite => {
  const id = randomBytes(5).toString('hex');
  const prefix = isAlone ? '' : `suite-${id}-`;
  const databases: string[] = [];
  return {
    env: { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX: prefix },
    createDatabase: () => {
      const name = `suite_${id}_${databases.length}`;
      databases.push(name);
      return createDatabase(TEST_DATABASE_ADMIN_URL, { name, role: name, password: randomBytes(12).toString('base64url') });
    },
    [Symbol.asyncDispose]: async () => {
      if (!isAlone) await deleteTopics(KAFKA_BROKERS, prefix);
      for (const name of databases) await dropDatabase(TEST_DATABASE_ADMIN_URL, { name, role: name });
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
  const environment = stack ? environmentOf(stack) : findEnvironment();
  if (environment !== undefined) return Promise.resolve(suiteOn(environment, { isAlone: stack !== undefined }));
  return Promise.reject(new Error("no stack to test on: add globalSetup '../../libs/stack/src/vitest.ts' to vitest.config.ts"));
};
